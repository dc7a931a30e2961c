package org.maejava.eval;

import org.maejava.train.TrainingObserver;

/** How many images training saw, those before a resumed checkpoint included. */
final class ImageCounter implements TrainingObserver {

  private long imagesPerStep;
  private int steps;

  @Override
  public void onStep(Progress progress) {
    imagesPerStep = progress.images();
    steps = progress.step();
  }

  double perSecond(double seconds) {
    return seconds > 0 ? imagesPerStep * steps / seconds : 0;
  }
}
