package org.maejava.eval.compare;

/** Row, column and seed of a cell. */
public record CellKey(Candidate candidate, Budget budget, long seed) {

  /** For messages. */
  @Override
  public String toString() {
    return "\"%s\" with %s, seed %d".formatted(candidate.name(), budget.name(), seed);
  }
}
