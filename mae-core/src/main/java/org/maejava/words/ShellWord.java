package org.maejava.words;

/** A word of a command line that is suggested or recorded, quoted for a shell where it must be. */
public final class ShellWord {

  private ShellWord() {}

  /**
   * {@code runs/photos}, {@code 'my photos/val'}, {@code 'photos/?val=0.1'}.
   *
   * @param word as the command is to receive it: text, or a path
   */
  public static String of(Object word) {
    var text = word.toString();
    return text.matches("[\\w./,:@%+=-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
