package org.maejava.train;

import java.nio.file.Path;
import org.maejava.proto.CurvePoint;
import org.maejava.proto.ProbePoint;

/** Is told how training goes. Called on the training thread: keep it short. */
public interface TrainingObserver {

  /**
   * After an update.
   *
   * @param step updates done, from 1
   * @param totalSteps of the whole run
   * @param epoch passes over the data done, a fraction
   * @param loss of this update's images, before the update
   * @param rate that the update used
   * @param gradientNorm before clipping
   * @param images that this update saw
   * @param waited seconds this update waited for data
   */
  record Progress(
      int step,
      int totalSteps,
      double epoch,
      double loss,
      double rate,
      double gradientNorm,
      int images,
      double waited) {}

  /** An update is done. */
  default void onStep(Progress progress) {}

  /** A point of the loss curve is complete. */
  default void onCurvePoint(CurvePoint point) {}

  /** The features of the encoder as it is were looked at. */
  default void onProbe(ProbePoint probe) {}

  /**
   * A checkpoint is about to be written: what belongs to it must be on the disk before. Of several
   * workers all are told, at the same step.
   */
  default void onCheckpointDue() {}

  /** A checkpoint is whole and on the disk. */
  default void onCheckpoint(Path checkpoint) {}
}
