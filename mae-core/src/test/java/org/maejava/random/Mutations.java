package org.maejava.random;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Files as defects and attackers leave them: the same for the same seed. */
public final class Mutations {

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
}
