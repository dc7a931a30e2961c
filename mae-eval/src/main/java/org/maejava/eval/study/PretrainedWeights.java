package org.maejava.eval.study;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.maejava.config.Experiments;
import org.maejava.config.TrainingLength;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.compare.Running;
import org.maejava.eval.report.RunReport;
import org.maejava.eval.run.FolderRun;
import org.maejava.eval.run.RecipeChoice;
import org.maejava.eval.run.RunFolder;
import org.maejava.eval.run.RunRequest;
import org.maejava.eval.run.StoppedException;
import org.maejava.eval.run.Weights;
import org.maejava.eval.task.Protocol;
import org.maejava.words.Counted;

/**
 * The weights that a comparison trains first: each a run of its own, which goes on where it was
 * stopped and is not repeated when it is finished.
 */
record PretrainedWeights(
    Study.Request request, Running running, Study.Teller teller, ImageSet data) {

  /**
   * The same, opened if it was trained before.
   *
   * @throws IllegalArgumentException if another recipe was trained in its place
   */
  Start finished(Start start) throws IOException {
    if (start.isReady()) {
      return start;
    }
    var own = request.pretraining(start);
    return isFinished(own, start.pretraining().orElseThrow())
        ? start.trained(Weights.open(own.path()))
        : start;
  }

  /**
   * The same, trained if it has to be.
   *
   * @throws StoppedException if asked to stop
   */
  Start ready(Start start) throws IOException {
    var found = finished(start);
    if (found.isReady()) {
      return found;
    }
    var own = request.pretraining(start);
    train(start, own);
    return start.trained(Weights.open(own.path()));
  }

  private static boolean isFinished(RunFolder own, PretrainingRecipe recipe) throws IOException {
    if (!own.begun()) {
      return false;
    }
    var record = own.record();
    var experiment =
        TrainingLength.forImages(recipe.experiment(), record.getData().getTrainingImages());
    if (!record.getFingerprint().equals(Experiments.fingerprint(experiment))) {
      throw new IllegalArgumentException(
          "%s was trained with another recipe; start over with --overwrite, or choose another --out"
              .formatted(own.path()));
    }
    boolean trained = record.getSteps() > 0 && record.getSteps() == record.getTotalSteps();
    return trained && Files.exists(own.path().resolve(RunFolder.REPORT));
  }

  private void train(Start start, RunFolder own) throws IOException {
    var recipe = start.pretraining().orElseThrow();
    var pretraining = start.plan().getPretraining();
    var asked =
        new RunRequest(
            Protocol.PRETRAIN,
            running.commandLine(),
            own,
            own.begun() ? new RunRequest.Start.Resuming(false) : new RunRequest.Start.New(),
            new RecipeChoice(Optional.of(recipe.recipe()), recipe.changes(), Optional.empty()),
            Optional.of(pretraining.hasData() ? pretraining.getData() : data.spec()),
            Optional.empty(),
            false,
            Optional.empty(),
            1,
            Optional.empty());
    var name = start.name().isEmpty() ? "" : " \"" + start.name() + "\"";
    try (var run =
        FolderRun.open(
            asked,
            running.machine(),
            running.clock(),
            List.of(running.watching().pretraining(start.name())),
            running.stop())) {
      say("");
      say(
          "Pre-training%s without labels: %s, %,d parameters, %s",
          name,
          Counted.of(run.data().training().size(), "image"),
          run.run().record().getParameters(),
          TrainingLength.words(run.run().experiment().getTraining()));
      run.beginning().forEach(line -> say("%s", line));
      run.warnings().forEach(teller::note);
      try {
        run.train();
        RunReport.write(run, Protocol.PRETRAIN, running.machine());
      } catch (StoppedException e) {
        throw new StoppedException("in pre-training%s %s".formatted(name, e.doing()));
      }
    }
  }

  private void say(String format, Object... values) {
    teller.say(String.format(Locale.ROOT, format, values));
  }
}
