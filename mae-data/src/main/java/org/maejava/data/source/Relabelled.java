package org.maejava.data.source;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import java.util.HashMap;
import java.util.List;

/** The same examples with the labels that another list of classes gives to their names. */
public final class Relabelled implements Source {

  private final Source source;
  private final ImmutableList<String> classes;
  private final int[] labels;

  /**
   * A view.
   *
   * @param classes the wanted ones, among them all of the source's
   */
  public Relabelled(Source source, List<String> classes) {
    checkArgument(
        classes.containsAll(source.classes()), "%s has classes beyond %s", source, classes);
    this.source = source;
    this.classes = ImmutableList.copyOf(classes);
    var numbers = new HashMap<String, Integer>();
    classes.forEach(name -> numbers.putIfAbsent(name, numbers.size()));
    labels = source.classes().stream().mapToInt(numbers::get).toArray();
  }

  @Override
  public int size() {
    return source.size();
  }

  @Override
  public Example get(int index) {
    var example = source.get(index);
    if (example instanceof Example.Raw raw) {
      return new Example.Raw(raw.name(), label(index), raw.image());
    }
    return new Example.Encoded(example.name(), label(index), ((Example.Encoded) example).bytes());
  }

  @Override
  public int label(int index) {
    int label = source.label(index);
    return label == Example.UNLABELLED ? label : labels[label];
  }

  @Override
  public Origin origin(int index) {
    return source.origin(index);
  }

  @Override
  public List<String> classes() {
    return classes;
  }

  @Override
  public List<String> emptyClasses() {
    return source.emptyClasses().stream().filter(name -> !classes.contains(name)).toList();
  }

  @Override
  public String about() {
    return source.about();
  }

  @Override
  public String digest() {
    var hasher = Digests.sha256();
    Digests.put(hasher, source.digest());
    classes.forEach(name -> Digests.put(hasher, name));
    return hasher.hash().toString();
  }
}
