package io.bessemer.db;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import org.apache.ibatis.reflection.ReflectionException;
import org.apache.ibatis.reflection.factory.DefaultObjectFactory;

/// Makes the records of rows. MyBatis's own looks for the constructor anew at each row, and learns each time by an exception, with the whole stack of a request
/// in it, that a record of this package is not public: with a thousand deploys that were 280,000.
final class RowFactory extends DefaultObjectFactory {
    private static final long serialVersionUID = 1L;

    private static final ClassValue<Constructor<?>> CANONICAL = new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(
                        Arrays.stream(type.getRecordComponents()).map(RecordComponent::getType).toArray(Class<?>[]::new));
                canonical.setAccessible(true);
                return canonical;
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException(type + " is no record", e);
            }
        }
    };

    @Override
    public <T> T create(Class<T> type, List<Class<?>> parameters, List<Object> values) {
        if (!type.isRecord() || parameters == null) {
            return super.create(type, parameters, values);
        }
        try {
            return type.cast(CANONICAL.get(type).newInstance(values.toArray()));
        } catch (IllegalArgumentException | ReflectiveOperationException e) {
            throw new ReflectionException("A row with %s makes no %s: %s".formatted(parameters, type.getSimpleName(),
                    e instanceof InvocationTargetException thrown ? thrown.getCause() : e), e);
        }
    }
}
