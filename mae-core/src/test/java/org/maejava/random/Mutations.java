package org.maejava.random;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.regex.Pattern;

/** Files as defects and attackers leave them: the same for the same seed. */
public final class Mutations {

  private static final Pattern NUMBER = Pattern.compile("-?\\d+(\\.\\d+)?");

  private static final List<String> HUGE =
      List.of(
          "2147483648",
          "-1",
          "9223372036854775807",
          "18446744073709551616",
          "1e308",
          "1e999",
          "-0",
          "NaN",
          "9".repeat(400));

  private static final int[] STRIKING = {0, 1, 0x7f, 0x80, 0xff, 0x7fffffff, 0x80000000, -1};

  private Mutations() {}

  /**
   * How many are tried: few in every build, all with {@code mvn verify -Plong}.
   *
   * @param all in the long test
   * @param few otherwise
   */
  public static int count(int all, int few) {
    return Boolean.getBoolean("mae.long") ? all : few;
  }

  /** One to four changes that keep the length. */
  public static byte[] changed(byte[] file, SplittableRandom random) {
    var bytes = file.clone();
    for (int changes = random.nextInt(1, 5); changes > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(5)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt(256);
        case 2 -> {
          int number = STRIKING[random.nextInt(STRIKING.length)];
          for (int i = 0; i < 4 && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (number >>> (8 * i));
          }
        }
        case 3 ->
            Arrays.fill(bytes, at, Math.min(bytes.length, at + random.nextInt(1, 600)), (byte) 0);
        default -> {
          int from = random.nextInt(bytes.length);
          int length = Math.min(random.nextInt(1, 100), bytes.length - Math.max(at, from));
          System.arraycopy(file, from, bytes, at, length);
        }
      }
      // Headers are small and deserve more than their share.
      if (random.nextInt(3) == 0) {
        bytes[random.nextInt(Math.min(64, bytes.length))] ^= (byte) (1 << random.nextInt(8));
      }
    }
    return bytes;
  }

  /** Without its end. */
  public static byte[] cut(byte[] file, SplittableRandom random) {
    return Arrays.copyOf(file, random.nextInt(file.length));
  }

  /** A text in which a line, drawn, is there twice: a key of JSON or text-proto often is then. */
  public static byte[] withALineTwice(byte[] file, SplittableRandom random) {
    var lines = new ArrayList<>(new String(file, ISO_8859_1).lines().toList());
    int line = random.nextInt(lines.size());
    lines.add(random.nextInt(lines.size()), lines.get(line));
    return String.join("\n", lines).getBytes(ISO_8859_1);
  }

  /** A text in which a number, drawn, is one that fits nowhere. */
  public static byte[] withAHugeNumber(byte[] file, SplittableRandom random) {
    var text = new String(file, ISO_8859_1);
    var numbers = NUMBER.matcher(text).results().toList();
    if (numbers.isEmpty()) {
      return file.clone();
    }
    var number = numbers.get(random.nextInt(numbers.size()));
    var huge = HUGE.get(random.nextInt(HUGE.size()));
    return (text.substring(0, number.start()) + huge + text.substring(number.end()))
        .getBytes(ISO_8859_1);
  }

  /** A line of the long test's figures. */
  public static void report(String of, int count, int refused) {
    if (Boolean.getBoolean("mae.long")) {
      System.out.printf(
          "row mutations: %,d of %s: %,d refused, the others harmless%n", count, of, refused);
    }
  }
}
