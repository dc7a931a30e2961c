package org.maejava.eval.watch;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Example;
import org.maejava.data.source.Source;
import org.maejava.eval.look.EncodedImages;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Spread;
import org.maejava.eval.probe.Features;
import org.maejava.eval.probe.NearestNeighbours;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.StoppedException;
import org.maejava.proto.ProbePoint;
import org.maejava.train.TrainingObserver;

/**
 * Sees what the features of a pre-training are worth on the way: every so many epochs the nearest
 * of some training images vote on some evaluation images, see {@link NearestNeighbours}. Features
 * are the mean of the patches' tokens after the last norm; the network learns nothing from it.
 */
public final class FeatureProbe implements TrainingObserver {

  /** At most so many, spread over the classes: a look that takes as long as an epoch is none. */
  private static final int VOTERS = 5000;

  private static final int ASKED = 1000;

  /** With the temperature that the papers take. */
  private static final int NEIGHBOURS = 20;

  private final Machine machine;
  private final List<TrainingObserver> told;
  private Optional<FolderRun> run = Optional.empty();

  /**
   * Of a run that is not opened yet.
   *
   * @param told are told of every look, beside the run's folder
   */
  public FeatureProbe(Machine machine, List<TrainingObserver> told) {
    this.machine = machine;
    this.told = told;
  }

  /** From now on looks at this run as often as it asks for. */
  public void attach(FolderRun opened) {
    run = Optional.of(opened);
  }

  @Override
  public void onStep(Progress step) {
    var every = run.flatMap(FolderRun::probeEvery);
    if (every.isEmpty()) {
      return;
    }
    var opened = run.orElseThrow();
    int stepsPerEpoch = step.totalSteps() / opened.run().experiment().getTraining().getEpochs();
    if (step.step() % (stepsPerEpoch * every.get()) == 0 || step.step() == step.totalSteps()) {
      look(opened, step).ifPresent(point -> tell(opened, point));
    }
  }

  /** Empty if none of the images can be read. */
  private Optional<ProbePoint> look(FolderRun opened, Progress step) {
    try {
      var known = features(opened, opened.data().training(), VOTERS);
      var asked = features(opened, opened.data().evaluation(), ASKED);
      int classes = opened.data().training().classes().size();
      var logits =
          new NearestNeighbours(NEIGHBOURS, NearestNeighbours.DEFAULT_TEMPERATURE)
              .logits(known, asked.rows(), classes, machine, () -> false);
      int right = 0;
      for (int i = 0; i < logits.length; i++) {
        right += Answer.of(asked.names().get(i), asked.labels()[i], logits[i]).right() ? 1 : 0;
      }
      return Optional.of(
          ProbePoint.newBuilder()
              .setStep(step.step())
              .setEpoch(step.epoch())
              .setAccuracy((double) right / logits.length)
              .setImages(logits.length)
              .setVoters(known.size())
              .setNeighbours(Math.min(NEIGHBOURS, known.size()))
              .build());
    } catch (DataException | StoppedException e) {
      return Optional.empty();
    }
  }

  private Features features(FolderRun opened, Source source, int most) {
    var rows =
        EncodedImages.of(
                opened.run().experiment(),
                opened.run().weights(),
                Spread.over(source, most),
                machine,
                opened.run()::isAskedToStop)
            .orElseThrow()
            .rows()
            .stream()
            .filter(row -> row.label() != Example.UNLABELLED)
            .toList();
    if (rows.isEmpty()) {
      throw new DataException("no labelled image can be read of " + source.about());
    }
    return new Features(
        rows.stream().map(EncodedImages.Row::values).toArray(float[][]::new),
        rows.stream().mapToInt(EncodedImages.Row::label).toArray(),
        rows.stream().map(EncodedImages.Row::name).toList(),
        List.of());
  }

  private void tell(FolderRun opened, ProbePoint point) {
    opened.run().notes().addProbe(point);
    try {
      opened.folder().add(point);
    } catch (IOException e) {
      throw new UncheckedIOException(e.getMessage(), e);
    }
    told.forEach(observer -> observer.onProbe(point));
  }
}
