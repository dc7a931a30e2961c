package org.maejava.savedmodel.weights;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.maejava.savedmodel.weights.Pickled.Global;
import org.maejava.savedmodel.weights.Pickled.Inert;
import org.maejava.savedmodel.weights.Pickled.None;
import org.maejava.savedmodel.weights.Pickled.Storage;

/**
 * Reads one pickle of protocol 2 to 5 as data: the opcodes that weights are written with, the names
 * of {@link PickleGlobals}, and nothing else. Nothing is made, called or looked up, whatever the
 * pickle says.
 *
 * <p>Own code because Java's other readers make objects by name and keep what may be made in a
 * table of the whole process.
 */
final class PickleReader {

  /** A training checkpoint of ViT-H with its optimizer has 100,000. */
  private static final int MAX_OPCODES = 2_000_000;

  private final ByteBuffer in;
  private final PickleScalars scalars;
  private final PickleStack stack = new PickleStack();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int protocol;
  private long copied;

  private PickleReader(ByteBuffer in) {
    this.in = in;
    scalars = new PickleScalars(in);
  }

  /**
   * A pickle's value.
   *
   * @param value see {@link Pickled}
   * @param protocol that it is written in
   */
  record Result(Object value, int protocol) {}

  /**
   * Reads the pickle at the buffer's position, and leaves that behind it.
   *
   * @throws IOException naming what is refused and at which byte
   */
  static Result read(ByteBuffer in) throws IOException {
    int start = in.position();
    var reader = new PickleReader(in.order(ByteOrder.LITTLE_ENDIAN));
    try {
      return new Result(reader.run(), reader.protocol);
    } catch (BufferUnderflowException e) {
      throw new IOException("its pickle ends in the middle", e);
    } catch (ArithmeticException e) {
      throw reader.at(start, new IOException("a number is too large", e));
    } catch (IOException e) {
      throw reader.at(start, e);
    }
  }

  private IOException at(int start, IOException e) {
    return new IOException(
        "%s (at byte %d of its pickle)".formatted(e.getMessage(), in.position() - start), e);
  }

  private Object run() throws IOException {
    for (int count = 0; count < MAX_OPCODES; count++) {
      int opcode = in.get() & 0xff;
      if (count == 0 && opcode != 0x80) {
        throw new IOException("a pickle of protocol 2 to 5 begins with byte 0x80, not this");
      }
      if (opcode == '.') {
        var value = stack.pop();
        if (!stack.isEmpty()) {
          throw new IOException("it stops with values left over");
        }
        return value;
      }
      execute(opcode);
    }
    throw new IOException("it has more than %d opcodes".formatted(MAX_OPCODES));
  }

  private void execute(int opcode) throws IOException {
    switch (opcode) {
      case 0x80 -> protocol();
      case 0x95 -> frame();
      case '(' -> stack.mark();
      case '0' -> stack.pop();
      case '1' -> stack.popMark();
      case 'N' -> stack.push(None.NONE);
      case 0x88 -> stack.push(true);
      case 0x89 -> stack.push(false);
      case 'J' -> stack.push((long) in.getInt());
      case 'K' -> stack.push((long) (in.get() & 0xff));
      case 'M' -> stack.push((long) (in.getShort() & 0xffff));
      case 0x8a -> stack.push(scalars.integer(in.get() & 0xff));
      case 0x8b -> stack.push(scalars.integer(in.getInt()));
      case 'G' -> stack.push(in.order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> stack.push(scalars.text(in.getInt() & 0xffffffffL));
      case 0x8c -> stack.push(scalars.text(in.get() & 0xff));
      case 0x8d -> stack.push(scalars.text(in.getLong()));
      case 'T' -> stack.push(scalars.bytes(in.getInt() & 0xffffffffL));
      case 'U', 'C' -> stack.push(scalars.bytes(in.get() & 0xff));
      case 'B' -> stack.push(scalars.bytes(in.getInt() & 0xffffffffL));
      case 0x8e, 0x96 -> stack.push(scalars.bytes(in.getLong()));
      case ')', ']', 0x8f -> stack.push(new ArrayList<>());
      case '}' -> stack.push(new LinkedHashMap<>());
      case 't', 'l', 0x91 -> stack.push(stack.popMark());
      case 0x85 -> stack.push(stack.top(1));
      case 0x86 -> stack.push(stack.top(2));
      case 0x87 -> stack.push(stack.top(3));
      case 'd' -> dictionary();
      case 'a' -> append(stack.top(1));
      case 'e', 0x90 -> append(stack.popMark());
      case 's' -> setItems(stack.top(2));
      case 'u' -> setItems(stack.popMark());
      case 'q' -> memo.put(in.get() & 0xff, stack.peek());
      case 'r' -> memo.put(in.getInt(), stack.peek());
      case 0x94 -> memo.put(memo.size(), stack.peek());
      case 'h' -> recall(in.get() & 0xff);
      case 'j' -> recall(in.getInt());
      case 'c' -> stack.push(PickleGlobals.named(scalars.line(), scalars.line()));
      case 0x93 -> global();
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'Q' -> stack.push(storage(stack.pop()));
      default -> throw new IOException(refusal(opcode));
    }
    in.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Opcodes by the names that Python's documentation gives them. */
  private static String refusal(int opcode) {
    var name =
        switch (opcode) {
          case 'i' -> "INST";
          case 'o' -> "OBJ";
          case 0x82, 0x83, 0x84 -> "EXT";
          case 0x92 -> "NEWOBJ_EX";
          case 'P' -> "PERSID";
          case 0x97, 0x98 -> "out-of-band buffer";
          case '2' -> "DUP";
          case 'I', 'L', 'F', 'S', 'V', 'g', 'p' -> "protocol 0";
          default -> "unknown";
        };
    return "its %s opcode 0x%02x is not one that weights are written with".formatted(name, opcode);
  }

  private void protocol() throws IOException {
    protocol = in.get() & 0xff;
    if (protocol < 2 || protocol > 5) {
      throw new IOException("pickle protocol %d is not 2 to 5".formatted(protocol));
    }
  }

  private void frame() throws IOException {
    long length = in.getLong();
    if (length < 0 || length > in.remaining()) {
      throw new IOException(
          "a frame claims %s bytes of %d".formatted(Long.toUnsignedString(length), in.remaining()));
    }
  }

  private void dictionary() throws IOException {
    var items = stack.popMark();
    stack.push(new LinkedHashMap<>());
    setItems(items);
  }

  @SuppressWarnings("unchecked") // lists and maps on the stack are this class's
  private void append(List<Object> values) throws IOException {
    if (!(stack.peek() instanceof List<?> list)) {
      throw new IOException("values are added to what is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked") // lists and maps on the stack are this class's
  private void setItems(List<Object> items) throws IOException {
    if (!(stack.peek() instanceof Map<?, ?> map) || items.size() % 2 != 0) {
      throw new IOException("entries are set in what is no dictionary");
    }
    for (int i = 0; i < items.size(); i += 2) {
      if (!PickleGlobals.isKey(items.get(i))) {
        throw new IOException("a dictionary's key is neither text nor number");
      }
      ((Map<Object, Object>) map).put(items.get(i), items.get(i + 1));
    }
  }

  private void recall(int index) throws IOException {
    if (!memo.containsKey(index)) {
      throw new IOException(
          "it recalls value %s, which it never kept".formatted(Integer.toUnsignedString(index)));
    }
    stack.push(requireNonNull(memo.get(index)));
  }

  private void global() throws IOException {
    var names = stack.top(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw new IOException("a name is no text");
    }
    stack.push(PickleGlobals.named(module, name));
  }

  @SuppressWarnings("unchecked") // lists on the stack are this class's
  private void call() throws IOException {
    var parts = stack.top(2);
    if (!(parts.get(0) instanceof Global callee) || !(parts.get(1) instanceof List<?> arguments)) {
      throw new IOException("something is called that is no name");
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof List<?> list) {
      copy(list.size());
    }
    stack.push(PickleGlobals.called(callee, (List<Object>) arguments));
  }

  /** What is recalled costs a few bytes in the pickle, however often it is copied. */
  private void copy(int entries) throws IOException {
    copied += entries;
    if (copied > MAX_OPCODES) {
      throw new IOException("it copies more than %d values".formatted(MAX_OPCODES));
    }
  }

  /** State of dictionaries is their own business; attributes of the rest are kept. */
  private void build() throws IOException {
    var state = stack.pop();
    var target = stack.peek();
    if (target instanceof Inert inert) {
      if (state instanceof Map<?, ?> attributes) {
        copy(attributes.size());
        attributes.forEach((name, value) -> inert.attributes().put(String.valueOf(name), value));
      }
    } else if (!(target instanceof Map)) {
      throw new IOException("something is built on that is neither object nor dictionary");
    }
  }

  /** {@code ('storage', type, key, place, length)}, with a view of it or none in older files. */
  private static Storage storage(Object id) throws IOException {
    if (id instanceof List<?> parts
        && (parts.size() == 5 || (parts.size() == 6 && parts.get(5) == None.NONE))
        && "storage".equals(parts.get(0))
        && parts.get(1) instanceof Global type
        && StorageTypes.isStorage(type.name())
        && parts.get(2) instanceof String key
        && parts.get(4) instanceof Long length) {
      return new Storage(key, type.name(), length);
    }
    if (id instanceof List<?> parts && !parts.isEmpty() && "module".equals(parts.get(0))) {
      throw new IOException(
          "it holds a whole module, which is code; in PyTorch save its state_dict() alone");
    }
    throw new IOException("what it refers to outside of the pickle is no plain storage");
  }
}
