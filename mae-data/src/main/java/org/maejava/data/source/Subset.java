package org.maejava.data.source;

import static com.google.common.base.Preconditions.checkElementIndex;

import com.google.common.base.Ascii;
import com.google.common.hash.Hasher;
import java.util.List;
import java.util.Locale;

/** Some examples of another source, with its class names. */
final class Subset implements Source {

  private final Source whole;
  private final int[] indices;

  Subset(Source whole, int[] indices) {
    this.whole = whole;
    this.indices = indices.clone();
    for (int index : indices) {
      checkElementIndex(index, whole.size());
    }
  }

  @Override
  public int size() {
    return indices.length;
  }

  @Override
  public Example get(int index) {
    return whole.get(indices[index]);
  }

  @Override
  public int label(int index) {
    return whole.label(indices[index]);
  }

  @Override
  public Origin origin(int index) {
    return whole.origin(indices[index]);
  }

  @Override
  public List<String> classes() {
    return whole.classes();
  }

  @Override
  public List<String> emptyClasses() {
    return whole.emptyClasses();
  }

  @Override
  public String about() {
    var about = whole.about();
    return String.format(
        Locale.ROOT, "%,d of %s", size(), Ascii.toLowerCase(about.charAt(0)) + about.substring(1));
  }

  @Override
  public String digest() {
    Hasher hasher = Digests.sha256();
    Digests.put(hasher, whole.digest());
    for (int index : indices) {
      hasher.putInt(index);
    }
    return hasher.hash().toString();
  }
}
