package org.maejava.config;

import com.google.common.collect.ImmutableList;
import java.util.List;

/** A recipe cannot be used; the message lists every problem. */
public final class InvalidExperimentException extends IllegalArgumentException {

  private static final long serialVersionUID = 1;

  private final ImmutableList<String> problems;

  public InvalidExperimentException(String where, List<String> problems) {
    super(
        problems.size() == 1
            ? where + ": " + problems.get(0)
            : where + ":\n  " + String.join("\n  ", problems));
    this.problems = ImmutableList.copyOf(problems);
  }

  /** Every problem, without where it is. */
  public List<String> problems() {
    return problems;
  }
}
