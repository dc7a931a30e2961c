package org.maejava.data.source;

import com.google.common.collect.ImmutableList;
import com.google.common.io.ByteSource;
import java.util.List;
import java.util.function.IntFunction;

/** Encoded images with their names and labels in memory; their bytes are read on demand. */
final class Entries implements Source {

  private final String about;
  private final ImmutableList<String> classes;
  private final List<String> names;
  private final int[] labels;
  private final IntFunction<ByteSource> bytes;
  private final String digest;
  private final List<String> emptyClasses;

  /**
   * A source.
   *
   * @param labels one for each name
   * @param bytes of the example at an index
   * @param digest of what identifies the examples besides their labels
   */
  Entries(
      String about,
      List<String> classes,
      List<String> names,
      int[] labels,
      IntFunction<ByteSource> bytes,
      String digest) {
    this(about, classes, names, labels, bytes, digest, List.of());
  }

  /**
   * A source.
   *
   * @param emptyClasses folders that could be classes, and hold no image
   */
  Entries(
      String about,
      List<String> classes,
      List<String> names,
      int[] labels,
      IntFunction<ByteSource> bytes,
      String digest,
      List<String> emptyClasses) {
    this.emptyClasses = ImmutableList.copyOf(emptyClasses);
    this.about = about;
    this.classes = ImmutableList.copyOf(classes);
    this.names = names;
    this.labels = labels.clone();
    this.bytes = bytes;
    var hasher = Digests.sha256();
    Digests.put(hasher, digest);
    for (int label : labels) {
      hasher.putInt(label);
    }
    this.digest = hasher.hash().toString();
  }

  @Override
  public int size() {
    return labels.length;
  }

  @Override
  public Example get(int index) {
    return new Example.Encoded(names.get(index), labels[index], bytes.apply(index));
  }

  @Override
  public int label(int index) {
    return labels[index];
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public List<String> emptyClasses() {
    return emptyClasses;
  }

  @Override
  public String about() {
    return about;
  }

  @Override
  public String digest() {
    return digest;
  }
}
