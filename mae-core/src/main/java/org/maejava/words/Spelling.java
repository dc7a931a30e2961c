package org.maejava.words;

import com.google.common.collect.MultimapBuilder;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.apache.commons.text.similarity.LevenshteinDistance;

/** What a misspelt word was meant to be. */
public final class Spelling {

  /** One letter in so many may be wrong. */
  private static final int LETTERS_PER_SLIP = 3;

  private static final int NAMED = 3;

  private Spelling() {}

  /**
   * The known words that are so close that one of them was probably meant: those with the fewest
   * letters to insert, delete or replace, in any case.
   */
  public static List<String> near(String typed, Collection<String> known) {
    int most = typed.replace("-", "").length() / LETTERS_PER_SLIP;
    var distance = new LevenshteinDistance(most);
    var bySlips = MultimapBuilder.treeKeys().arrayListValues().<Integer, String>build();
    for (var word : known) {
      int slips = distance.apply(typed.toLowerCase(Locale.ROOT), word.toLowerCase(Locale.ROOT));
      if (slips >= 0) { // -1: more than may be
        bySlips.put(slips, word);
      }
    }
    return bySlips.asMap().values().stream()
        .limit(1)
        .flatMap(Collection::stream)
        .limit(NAMED)
        .toList();
  }

  /** For the middle of a sentence: {@code " (did you mean val?)"}, or nothing. */
  public static String meant(String typed, Collection<String> known) {
    var near = near(typed, known);
    return near.isEmpty() ? "" : " (did you mean %s?)".formatted(String.join(" or ", near));
  }
}
