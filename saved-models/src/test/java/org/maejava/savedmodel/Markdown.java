package org.maejava.savedmodel;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The code in a Markdown text. */
final class Markdown {

  private Markdown() {}

  /** The blocks fenced with a language, in order. */
  static List<String> blocks(String text, String language) {
    return Pattern.compile("(?s)^```" + language + "\\R(.*?)^```", Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
