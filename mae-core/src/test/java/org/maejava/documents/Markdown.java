package org.maejava.documents;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The code in a Markdown text. */
public final class Markdown {

  private Markdown() {}

  /** The blocks fenced with a language, in order. */
  public static List<String> blocks(String text, String language) {
    return Pattern.compile("(?s)^```" + language + "\\R(.*?)^```", Pattern.MULTILINE)
        .matcher(text)
        .results()
        .map((MatchResult match) -> match.group(1))
        .toList();
  }
}
