package org.maejava.weights;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Predicate;

/** SHA-256 of parameters' bytes, hexadecimal: equal digests, equal weights. */
public final class WeightDigest {

  private WeightDigest() {}

  /** Of all tensors together: names, shapes and values, whatever their order. */
  public static String of(WeightSource source) {
    var hasher = Hashing.sha256().newHasher();
    var bytes = new FloatBytes();
    for (var name : new TreeSet<>(source.shapes().keySet())) {
      hasher.putUnencodedChars(name + source.shapes().get(name));
      put(hasher, source, name, bytes);
    }
    return hasher.hash().toString();
  }

  /** Of each tensor by itself: its values. */
  public static Map<String, String> ofEach(WeightSource source, Predicate<String> wanted) {
    var digests = new LinkedHashMap<String, String>();
    var bytes = new FloatBytes();
    for (var name : source.shapes().keySet()) {
      if (wanted.test(name)) {
        var hasher = Hashing.sha256().newHasher();
        put(hasher, source, name, bytes);
        digests.put(name, hasher.hash().toString());
      }
    }
    return digests;
  }

  private static void put(Hasher hasher, WeightSource source, String name, FloatBytes bytes) {
    source.<RuntimeException>pieces(
        name,
        (values, count) ->
            bytes.<RuntimeException>of(
                values, count, (some, size) -> hasher.putBytes(some, 0, size)));
  }
}
