package org.maejava.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** What a misspelt word was meant to be. */
final class Spelling {

  /** One letter in so many may be wrong. */
  private static final int LETTERS_PER_SLIP = 3;

  private static final int NAMED = 3;

  private Spelling() {}

  /** The known words that are so close that one of them was probably meant, the closest first. */
  static List<String> near(String typed, Collection<String> known) {
    return known.stream()
        .filter(word -> slips(typed, word) <= typed.replace("-", "").length() / LETTERS_PER_SLIP)
        .sorted(Comparator.comparingInt(word -> slips(typed, word)))
        .limit(NAMED)
        .toList();
  }

  /** Letters to insert, delete or replace (Levenshtein's distance). */
  private static int slips(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
