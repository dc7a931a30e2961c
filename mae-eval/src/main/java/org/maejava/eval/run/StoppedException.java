package org.maejava.eval.run;

/**
 * A run was asked to stop and has: what it had finished is kept, and the same command goes on from
 * there.
 */
public final class StoppedException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final String doing;

  /** Says what was being done. */
  public StoppedException(String doing) {
    super("stopped " + doing);
    this.doing = doing;
  }

  /** What was being done, such as "at step 3 of 10". */
  public String doing() {
    return doing;
  }
}
