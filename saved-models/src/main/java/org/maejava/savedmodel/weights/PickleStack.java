package org.maejava.savedmodel.weights;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** The stack that a pickle's opcodes work on, with its marks: what is below the last is safe. */
final class PickleStack {

  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();

  void mark() {
    marks.push(stack.size());
  }

  boolean isEmpty() {
    return stack.isEmpty() && marks.isEmpty();
  }

  void push(Object value) {
    stack.add(value);
  }

  Object peek() throws IOException {
    if (stack.size() <= floor()) {
      throw new IOException("a value is used that is not there");
    }
    return stack.get(stack.size() - 1);
  }

  Object pop() throws IOException {
    var value = peek();
    stack.remove(stack.size() - 1);
    return value;
  }

  /** Values below the last mark are out of reach. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  /** Takes the last values off, in their order. */
  List<Object> top(int count) throws IOException {
    if (stack.size() - count < floor()) {
      throw new IOException("a value is used that is not there");
    }
    return cut(stack.size() - count);
  }

  /** Takes everything behind the last mark off, and that. */
  List<Object> popMark() throws IOException {
    if (marks.isEmpty()) {
      throw new IOException("a mark is used that is not there");
    }
    return cut(marks.pop());
  }

  private List<Object> cut(int from) {
    var tail = stack.subList(from, stack.size());
    var values = new ArrayList<>(tail);
    tail.clear();
    return values;
  }
}
