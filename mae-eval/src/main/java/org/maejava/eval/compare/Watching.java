package org.maejava.eval.compare;

import org.maejava.train.TrainingObserver;

/** Who watches the parts of a comparison while they are computed. */
public interface Watching {

  /**
   * A pre-training begins.
   *
   * @param weights that are trained, as the comparison names them; may be empty
   * @return who is told of its steps
   */
  TrainingObserver pretraining(String weights);

  /**
   * A run begins, of a cell or of a trial for one.
   *
   * @param name of its row and labels
   * @return who is told of its steps
   */
  TrainingObserver run(String name);

  /** Features of so many images are computed. */
  void features(int done, int of);
}
