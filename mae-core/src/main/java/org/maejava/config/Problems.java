package org.maejava.config;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** What is wrong with one input, each as subject, value and limit; nothing stops at the first. */
final class Problems {

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

  void within(String name, double value, double low, double high) {
    if (!(value >= low && value <= high)) {
      found.add("%s %s must be within %s and %s".formatted(name, value, low, high));
    }
  }

  void multiple(String name, int value, String ofName, int of) {
    if (of < 1 || value < 1) {
      found.add("%s %d and %s %d must be at least 1".formatted(name, value, ofName, of));
    } else if (value % of != 0) {
      found.add("%s %d is not a multiple of %s %d".formatted(name, value, ofName, of));
    }
  }
}
