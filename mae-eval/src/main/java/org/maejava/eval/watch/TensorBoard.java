package org.maejava.eval.watch;

import static com.google.common.base.Preconditions.checkState;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Optional;
import org.maejava.data.source.DataException;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Reconstruction;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RunFolder;
import org.maejava.model.PatchStatistics;
import org.maejava.proto.ProbePoint;
import org.maejava.proto.RunRecord;
import org.maejava.train.TrainingObserver;
import org.tensorflow.proto.Summary;

/**
 * Writes what happens in a run for TensorBoard, into {@code tensorboard/} in its folder: scalars at
 * every step, and for pre-training pictures of hidden patches, ten times in a run.
 */
public final class TensorBoard implements TrainingObserver, AutoCloseable {

  private static final int PICTURES = 10;
  private static final int IMAGES = 4;

  private final InstantSource clock;
  private final Machine machine;
  private Optional<FolderRun> run = Optional.empty();
  private Optional<EventFile> events = Optional.empty();
  private long before = -1;

  /**
   * Of a run that is not opened yet.
   *
   * @param clock of the events
   * @param machine that the pictures are computed on
   */
  public TensorBoard(InstantSource clock, Machine machine) {
    this.clock = clock;
    this.machine = machine;
  }

  /** Begins to write: {@code opened} is what it is told of from now on. */
  public void attach(FolderRun opened) throws IOException {
    run = Optional.of(opened);
    events =
        Optional.of(
            EventFile.begin(
                opened.folder().path().resolve(RunFolder.TENSORBOARD), opened.run().step(), clock));
  }

  @Override
  public void onStep(Progress step) {
    long now = clock.millis();
    var summary = Summary.newBuilder();
    scalar(summary, "train/loss", step.loss());
    scalar(summary, "train/learning_rate", step.rate());
    scalar(summary, "train/gradient_norm", step.gradientNorm());
    scalar(summary, "train/epoch", step.epoch());
    if (before >= 0 && now > before) {
      double seconds = (now - before) / 1e3;
      scalar(summary, "speed/images_per_second", step.images() / seconds);
      scalar(summary, "speed/share_of_waiting_for_data", step.waited() / seconds);
    }
    before = now;
    int every = Math.max(1, step.totalSteps() / PICTURES);
    if (step.step() % every == 0 || step.step() == step.totalSteps()) {
      addPicture(summary);
      before = clock.millis();
    }
    file().add(step.step(), summary.build());
  }

  @Override
  public void onProbe(ProbePoint probe) {
    var summary = Summary.newBuilder();
    scalar(summary, "features/knn_accuracy", probe.getAccuracy());
    file().add(probe.getStep(), summary.build());
    before = clock.millis();
  }

  /** Adds what a finished run came to. */
  public void finish(RunRecord record) {
    if (record.hasEvaluation()) {
      var summary = Summary.newBuilder();
      scalar(summary, "evaluation/accuracy", record.getEvaluation().getAccuracy());
      scalar(summary, "evaluation/top5_accuracy", record.getEvaluation().getTop5Accuracy());
      scalar(summary, "evaluation/loss", record.getEvaluation().getLoss());
      file().add(record.getSteps(), summary.build());
    }
  }

  private EventFile file() {
    checkState(events.isPresent(), "no run was attached");
    return events.get();
  }

  private static void scalar(Summary.Builder summary, String tag, double value) {
    summary.addValue(Summary.Value.newBuilder().setTag(tag).setSimpleValue((float) value));
  }

  private void addPicture(Summary.Builder summary) {
    var training = run.orElseThrow();
    var experiment = training.run().experiment();
    if (!experiment.hasPretraining()) {
      return;
    }
    var data = training.data();
    var source = data.evaluation().size() > 0 ? data.evaluation() : data.training();
    try (var reconstruction =
        new Reconstruction(
            experiment, PatchStatistics.Source.VISIBLE, training.run().weights(), machine)) {
      var sheet = Reconstruction.sheet(reconstruction.rows(source, IMAGES, 0), 1);
      summary.addValue(
          Summary.Value.newBuilder()
              .setTag("reconstructions")
              .setImage(
                  Summary.Image.newBuilder()
                      .setHeight(sheet.getHeight())
                      .setWidth(sheet.getWidth())
                      .setColorspace(3)
                      .setEncodedImageString(ByteString.copyFrom(Pictures.png(sheet)))));
    } catch (DataException e) {
      // None of a few images can be read: there is no picture, and training goes on.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    if (events.isPresent()) {
      events.get().close();
    }
  }
}
