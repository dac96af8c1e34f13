package io.bessemer.agent.disk;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// One value of a root device hint with its operator, in Ironic's grammar (that of oslo.utils' specs matcher): `>= 100`,
/// `s!= foo`, `<in> bar`, `<or> a <or> b`, `<all-in> a b`. No operator means equality. Texts are compared without case.
record Hint(String operator, String value) {
    private static final Pattern OPERATOR = Pattern.compile("\\s*(<in>|<or>|<all-in>|s==|s!=|s<=|s>=|s<|s>|==|!=|<=|>=|=|<|>)\\s*(.*)", Pattern.DOTALL);

    /// @param equality operator when the text has none: `s==` or `==`
    static Hint parse(String text, String equality) {
        Matcher matcher = OPERATOR.matcher(text);
        return matcher.matches() ? new Hint(matcher.group(1), matcher.group(2).strip().toLowerCase(Locale.ROOT))
                : new Hint(equality, text.strip().toLowerCase(Locale.ROOT));
    }

    /// @throws NumberFormatException when the operator compares numbers and either side is none
    boolean matches(String actual) {
        String found = actual.toLowerCase(Locale.ROOT);
        return switch (operator) {
            case "<in>" -> found.contains(value);
            case "<all-in>" -> Stream.of(value.split("\\s+")).allMatch(found::contains);
            case "<or>" -> Arrays.stream(value.split("<or>")).anyMatch(one -> one.strip().equals(found));
            case "s==" -> found.equals(value);
            case "s!=" -> !found.equals(value);
            case "s<" -> found.compareTo(value) < 0;
            case "s<=" -> found.compareTo(value) <= 0;
            case "s>" -> found.compareTo(value) > 0;
            case "s>=" -> found.compareTo(value) >= 0;
            case "==" -> number(found) == number(value);
            case "!=" -> number(found) != number(value);
            case "<" -> number(found) < number(value);
            case "<=" -> number(found) <= number(value);
            case ">" -> number(found) > number(value);
            case "=", ">=" -> number(found) >= number(value); // a lone = has meant "at least" since Nova's flavors
            default -> throw new IllegalStateException(operator);
        };
    }

    private static double number(String text) {
        return Double.parseDouble(text);
    }
}
