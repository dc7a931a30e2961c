package org.maejava.config;

import java.util.List;

/** A recipe cannot be used; the message lists every problem. */
public final class InvalidExperimentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  public InvalidExperimentException(String where, List<String> problems) {
    super(
        problems.size() == 1
            ? where + ": " + problems.get(0)
            : where + ":\n  " + String.join("\n  ", problems));
  }
}
