package org.maejava.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.maejava.proto.CurvePoint;

/** Means of loss and gradient norm over runs of steps. */
final class Curve {

  private final int every;
  private final List<CurvePoint> points = new ArrayList<>();
  private double loss;
  private double gradientNorm;
  private int steps;

  /** A point for every so many steps. */
  Curve(int every) {
    this.every = every;
  }

  void restore(List<CurvePoint> before) {
    points.clear();
    points.addAll(before);
  }

  /** Adds a step; a point if that completes one or {@code cut} asks for it. */
  Optional<CurvePoint> add(TrainingObserver.Progress step, boolean cut) {
    loss += step.loss();
    gradientNorm += step.gradientNorm();
    steps++;
    if (!cut && step.step() % every != 0) {
      return Optional.empty();
    }
    var point =
        CurvePoint.newBuilder()
            .setStep(step.step())
            .setEpoch(step.epoch())
            .setLoss(loss / steps)
            .setGradientNorm(gradientNorm / steps)
            .setRate(step.rate())
            .build();
    points.add(point);
    loss = 0;
    gradientNorm = 0;
    steps = 0;
    return Optional.of(point);
  }

  List<CurvePoint> points() {
    return List.copyOf(points);
  }
}
