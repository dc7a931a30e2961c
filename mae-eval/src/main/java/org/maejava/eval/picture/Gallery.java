package org.maejava.eval.picture;

import java.util.List;

/**
 * Pictures that belong together.
 *
 * @param heading what they are of
 * @param about how they are to be read, in sentences; empty: they speak for themselves
 * @param kind how they are laid out
 * @param pictures in order
 */
public record Gallery(String heading, String about, Kind kind, List<Picture> pictures) {

  /** How large they are. */
  public enum Kind {
    /** Below each other, each with a heading and a caption. */
    SHEETS,
    /** Small ones beside each other, each with its caption. */
    THUMBNAILS,
    /** As {@link #THUMBNAILS}, each first of a row with what belongs to it behind. */
    ROWS
  }

  public Gallery {
    pictures = List.copyOf(pictures);
  }
}
