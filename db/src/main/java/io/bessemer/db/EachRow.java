package io.bessemer.db;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.ibatis.mapping.SqlSource;
import org.apache.ibatis.scripting.defaults.RawSqlSource;
import org.apache.ibatis.scripting.xmltags.XMLLanguageDriver;
import org.apache.ibatis.session.Configuration;

/// The language of statements for many rows: `<each>(#{rows[].mac}, ...)</each>` is repeated for each of the list `rows`, with commas between.
///
/// The statement for a number of rows is made once, and so this is for numbers that come again, as those of [Blocks]. MyBatis's own `<foreach>` makes it anew with
/// each call, which was a third of all garbage while leases are stored.
final class EachRow extends XMLLanguageDriver {
    private static final Pattern PART = Pattern.compile("<each>(.*)</each>", Pattern.DOTALL);
    private static final Pattern LIST = Pattern.compile("#\\{(\\w+)\\[]");

    @Override
    public SqlSource createSqlSource(Configuration configuration, String script, Class<?> parameterType) {
        Matcher part = PART.matcher(script);
        Matcher list = LIST.matcher(script);
        if (!part.find() || !list.find()) {
            throw new IllegalArgumentException("no <each> with a list's #{rows[]} in: " + script);
        }
        String name = list.group(1);
        String before = script.substring(0, part.start());
        String row = part.group(1);
        String after = script.substring(part.end());
        Map<Integer, SqlSource> bySize = new ConcurrentHashMap<>();
        return parameters -> {
            int size = ((List<?>) ((Map<?, ?>) parameters).get(name)).size();
            return bySize.computeIfAbsent(size, _ -> new RawSqlSource(configuration, before + rows(row, size) + after, Map.class)).getBoundSql(parameters);
        };
    }

    private static String rows(String row, int size) {
        return IntStream.range(0, size).mapToObj(i -> row.replace("[]", "[" + i + "]")).collect(Collectors.joining(", "));
    }
}
