package org.maejava.savedmodel.weights;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
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

  private static final int MAX_TEXT = 16 << 20;
  private static final int MAX_INTEGER_BYTES = 255;

  private final ByteBuffer in;
  private final List<Object> stack = new ArrayList<>();
  private final Deque<Integer> marks = new ArrayDeque<>();
  private final Map<Integer, Object> memo = new HashMap<>();
  private int protocol;
  private long copied;

  private PickleReader(ByteBuffer in) {
    this.in = in;
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
        var value = pop();
        if (!stack.isEmpty() || !marks.isEmpty()) {
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
      case '(' -> marks.push(stack.size());
      case '0' -> pop();
      case '1' -> popMark();
      case 'N' -> push(None.NONE);
      case 0x88 -> push(true);
      case 0x89 -> push(false);
      case 'J' -> push((long) in.getInt());
      case 'K' -> push((long) (in.get() & 0xff));
      case 'M' -> push((long) (in.getShort() & 0xffff));
      case 0x8a -> push(integer(in.get() & 0xff));
      case 0x8b -> push(integer(in.getInt()));
      case 'G' -> push(in.order(ByteOrder.BIG_ENDIAN).getDouble());
      case 'X' -> push(text(in.getInt() & 0xffffffffL));
      case 0x8c -> push(text(in.get() & 0xff));
      case 0x8d -> push(text(in.getLong()));
      case 'T' -> push(bytes(in.getInt() & 0xffffffffL));
      case 'U', 'C' -> push(bytes(in.get() & 0xff));
      case 'B' -> push(bytes(in.getInt() & 0xffffffffL));
      case 0x8e, 0x96 -> push(bytes(in.getLong()));
      case ')', ']', 0x8f -> push(new ArrayList<>());
      case '}' -> push(new LinkedHashMap<>());
      case 't', 'l', 0x91 -> push(popMark());
      case 0x85 -> push(top(1));
      case 0x86 -> push(top(2));
      case 0x87 -> push(top(3));
      case 'd' -> dictionary();
      case 'a' -> append(top(1));
      case 'e', 0x90 -> append(popMark());
      case 's' -> setItems(top(2));
      case 'u' -> setItems(popMark());
      case 'q' -> memo.put(in.get() & 0xff, peek());
      case 'r' -> memo.put(in.getInt(), peek());
      case 0x94 -> memo.put(memo.size(), peek());
      case 'h' -> recall(in.get() & 0xff);
      case 'j' -> recall(in.getInt());
      case 'c' -> push(PickleGlobals.named(line(), line()));
      case 0x93 -> global();
      case 'R', 0x81 -> call();
      case 'b' -> build();
      case 'Q' -> push(storage(pop()));
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

  private void push(Object value) {
    stack.add(value);
  }

  private Object peek() throws IOException {
    if (stack.size() <= floor()) {
      throw new IOException("a value is used that is not there");
    }
    return stack.get(stack.size() - 1);
  }

  private Object pop() throws IOException {
    var value = peek();
    stack.remove(stack.size() - 1);
    return value;
  }

  /** Values below the last mark are out of reach. */
  private int floor() {
    return marks.isEmpty() ? 0 : marks.peek();
  }

  private List<Object> top(int count) throws IOException {
    if (stack.size() - count < floor()) {
      throw new IOException("a value is used that is not there");
    }
    return cut(stack.size() - count);
  }

  private List<Object> popMark() throws IOException {
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

  private Object integer(int bytes) throws IOException {
    if (bytes < 0 || bytes > MAX_INTEGER_BYTES) {
      throw new IOException(
          "an integer of %s bytes is longer than %d"
              .formatted(Integer.toUnsignedString(bytes), MAX_INTEGER_BYTES));
    }
    if (bytes == 0) {
      return 0L;
    }
    var bigEndian = new byte[bytes];
    for (int i = bytes - 1; i >= 0; i--) {
      bigEndian[i] = in.get();
    }
    var value = new BigInteger(bigEndian);
    if (value.bitLength() < Long.SIZE) {
      return value.longValueExact();
    }
    return value;
  }

  private String text(long length) throws IOException {
    try {
      return UTF_8.newDecoder().decode(slice(length)).toString();
    } catch (CharacterCodingException e) {
      throw new IOException("a text is not UTF-8", e);
    }
  }

  private String bytes(long length) throws IOException {
    return ISO_8859_1.decode(slice(length)).toString();
  }

  private ByteBuffer slice(long length) throws IOException {
    if (length < 0 || length > Math.min(in.remaining(), MAX_TEXT)) {
      throw new IOException(
          "a text claims %s bytes, of %d that are left and %d at most"
              .formatted(Long.toUnsignedString(length), in.remaining(), MAX_TEXT));
    }
    var slice = in.slice(in.position(), (int) length);
    in.position(in.position() + (int) length);
    return slice;
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int next = in.get(); next != '\n'; next = in.get()) {
      if (line.length() == 1000) {
        throw new IOException("a name has more than 1000 characters");
      }
      line.append((char) (next & 0xff));
    }
    return line.toString();
  }

  private void dictionary() throws IOException {
    var items = popMark();
    push(new LinkedHashMap<>());
    setItems(items);
  }

  @SuppressWarnings("unchecked") // lists and maps on the stack are this class's
  private void append(List<Object> values) throws IOException {
    if (!(peek() instanceof List<?> list)) {
      throw new IOException("values are added to what is no list");
    }
    ((List<Object>) list).addAll(values);
  }

  @SuppressWarnings("unchecked") // lists and maps on the stack are this class's
  private void setItems(List<Object> items) throws IOException {
    if (!(peek() instanceof Map<?, ?> map) || items.size() % 2 != 0) {
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
    push(requireNonNull(memo.get(index)));
  }

  private void global() throws IOException {
    var names = top(2);
    if (!(names.get(0) instanceof String module) || !(names.get(1) instanceof String name)) {
      throw new IOException("a name is no text");
    }
    push(PickleGlobals.named(module, name));
  }

  @SuppressWarnings("unchecked") // lists on the stack are this class's
  private void call() throws IOException {
    var parts = top(2);
    if (!(parts.get(0) instanceof Global callee) || !(parts.get(1) instanceof List<?> arguments)) {
      throw new IOException("something is called that is no name");
    }
    if (arguments.size() == 1 && arguments.get(0) instanceof List<?> list) {
      copy(list.size());
    }
    push(PickleGlobals.called(callee, (List<Object>) arguments));
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
    var state = pop();
    var target = peek();
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
