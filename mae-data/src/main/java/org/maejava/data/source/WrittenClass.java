package org.maejava.data.source;

import java.util.List;
import java.util.function.Function;

/**
 * Where a sample's class may be written in a shard; empty where it is not.
 *
 * @param explicit in a field made for it
 * @param text of a text beside the image, which may be a caption
 * @param folder that the image lies in, below what all have in common
 */
record WrittenClass(String explicit, String text, String folder) {

  /** Of an example that cannot be read. */
  static final WrittenClass NONE = new WrittenClass("", "", "");

  /** Longer words are no class names. */
  private static final int LONGEST = 100;

  /** A class in its own field; -1 means none. */
  static WrittenClass of(String explicit) {
    return new WrittenClass(explicit.equals("-1") ? "" : explicit, "", "");
  }

  /**
   * The classes of all, from the first of the three in which they are: in the explicit field if any
   * sample has one, in the texts if every one is a single word, in the folders if every image lies
   * in one and there are several.
   */
  static List<String> agreed(List<WrittenClass> all) {
    var whole = all.stream().filter(written -> !written.equals(NONE)).toList();
    if (whole.stream().anyMatch(written -> !written.explicit.isEmpty())) {
      return each(all, WrittenClass::explicit);
    }
    if (!whole.isEmpty() && whole.stream().allMatch(written -> isWord(written.text))) {
      return each(all, WrittenClass::text);
    }
    var folders = Folders.belowCommon(each(whole, WrittenClass::folder));
    boolean byFolder =
        folders.stream().noneMatch(String::isEmpty) && folders.stream().distinct().count() > 1;
    if (!byFolder) {
      return each(all, written -> "");
    }
    var next = folders.iterator();
    return each(all, written -> written.equals(NONE) ? "" : next.next());
  }

  private static List<String> each(List<WrittenClass> all, Function<WrittenClass, String> of) {
    return all.stream().map(of).toList();
  }

  private static boolean isWord(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST
        && text.chars().noneMatch(Character::isWhitespace);
  }
}
