package io.bessemer.db;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;

/// Cuts rows into blocks of a few sizes, for statements with many rows: one of another length would be parsed anew each time.
final class Blocks {
    static final int LARGEST = 64;
    private static final int STEP = 2;

    private Blocks() {
    }

    /// Blocks of 64, 32, 16 and so on to 1, in order.
    static <T> void exactly(List<T> rows, Consumer<List<T>> statement) {
        int done = 0;
        for (int size = LARGEST; size >= 1; size /= STEP) {
            for (; rows.size() - done >= size; done += size) {
                statement.accept(rows.subList(done, done + size));
            }
        }
    }

    /// For questions: a block is filled up with its last value, so that few are needed.
    static <T, R> List<R> filledUp(List<T> values, Function<List<T>, List<R>> question) {
        List<R> answers = new ArrayList<>();
        for (int from = 0; from < values.size(); from += LARGEST) {
            List<T> block = new ArrayList<>(values.subList(from, Math.min(from + LARGEST, values.size())));
            int size = 1;
            while (size < block.size()) {
                size *= STEP;
            }
            block.addAll(Collections.nCopies(size - block.size(), block.getLast()));
            answers.addAll(question.apply(block));
        }
        return answers;
    }
}
