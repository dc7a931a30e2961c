package org.maejava.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is wrong with one input, each as subject, value and limit; nothing stops at the first. */
final class Problems {

  /** Of a number that is written out, before or behind the point. */
  private static final int MOST_DIGITS = 9;

  private final List<String> found = new ArrayList<>();

  List<String> found() {
    return List.copyOf(found);
  }

  boolean none() {
    return found.isEmpty();
  }

  void add(String problem) {
    found.add(problem);
  }

  void addAll(List<String> problems) {
    found.addAll(problems);
  }

  void require(boolean present, String what) {
    if (!present) {
      found.add(what + " is not set");
    }
  }

  /** Every number with presence, in every message that is there, must be set. */
  void requireNumbers(Message message, String prefix, Predicate<String> mayBeAbsent) {
    for (var field : message.getDescriptorForType().getFields()) {
      var path = prefix + field.getName();
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        if (!field.isRepeated() && message.hasField(field)) {
          requireNumbers((Message) message.getField(field), path + ".", mayBeAbsent);
        }
      } else if (field.hasPresence()
          && field.getRealContainingOneof() == null
          && !mayBeAbsent.test(path)) {
        require(message.hasField(field), path);
      }
    }
  }

  void positive(String name, int value) {
    if (value < 1) {
      found.add("%s %d must be at least 1".formatted(name, value));
    }
  }

  /**
   * {@code Double.MIN_VALUE} stands for any number above 0, the number before 1 for any below 1.
   */
  void within(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      found.add("%s %s must be %s".formatted(name, number(value), range(low, high)));
    }
  }

  private static String range(double low, double high) {
    var to = high == Math.nextDown(1.0) ? "below 1" : number(high);
    return low == Double.MIN_VALUE
        ? "above 0, at most " + to
        : "from %s to %s".formatted(number(low), to);
  }

  /** As one would write it: {@code 1}, {@code 0.05}, {@code 1000000}, {@code 1E-30}. */
  static String number(double value) {
    if (!Double.isFinite(value)) {
      return Double.toString(value);
    }
    var decimal = BigDecimal.valueOf(value).stripTrailingZeros();
    int digits = Math.max(decimal.precision() - decimal.scale(), decimal.scale());
    return digits > MOST_DIGITS ? decimal.toString() : decimal.toPlainString();
  }

  void multiple(String name, int value, String ofName, int of) {
    if (of < 1 || value < 1) {
      found.add("%s %d and %s %d must be at least 1".formatted(name, value, ofName, of));
    } else if (value % of != 0) {
      found.add("%s %d is not a multiple of %s %d".formatted(name, value, ofName, of));
    }
  }
}
