package org.maejava.weights;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** SHA-256 of parameters' bytes, hexadecimal: equal digests, equal weights. */
public final class WeightDigest {

  private static final int FLOATS_AT_ONCE = 1 << 14;

  private WeightDigest() {}

  /** Of all tensors together: names, shapes and values, whatever their order. */
  public static String of(WeightSource source) {
    var hasher = Hashing.sha256().newHasher();
    for (var name : new TreeSet<>(source.shapes().keySet())) {
      hasher.putUnencodedChars(name + source.shapes().get(name));
      put(hasher, source.floats(name));
    }
    return hasher.hash().toString();
  }

  /** Of each tensor by itself: its values. */
  public static Map<String, String> ofEach(WeightSource source, Predicate<String> wanted) {
    var digests = new LinkedHashMap<String, String>();
    for (var name : source.shapes().keySet()) {
      if (wanted.test(name)) {
        var hasher = Hashing.sha256().newHasher();
        put(hasher, source.floats(name));
        digests.put(name, hasher.hash().toString());
      }
    }
    return digests;
  }

  private static void put(Hasher hasher, float[] values) {
    var bytes = ByteBuffer.allocate(4 * FLOATS_AT_ONCE).order(ByteOrder.LITTLE_ENDIAN);
    for (int from = 0; from < values.length; from += FLOATS_AT_ONCE) {
      int count = Math.min(FLOATS_AT_ONCE, values.length - from);
      bytes.asFloatBuffer().put(values, from, count);
      hasher.putBytes(bytes.array(), 0, 4 * count);
    }
  }
}
