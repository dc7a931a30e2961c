package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.maejava.config.TrainingLength;
import org.maejava.data.source.DataException;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.eval.task.Protocol;
import org.maejava.eval.task.Task;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.record.RecordFile;
import org.maejava.storage.FolderLock;
import org.maejava.train.Checkpoint;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Checkpoints;
import org.maejava.train.TrainingObserver;

/**
 * A run of a {@link FolderRun} from request to first step: everything that can be wrong is found
 * here.
 */
final class Opening {

  /** Updates between two checkpoints. */
  private static final int MOST_BETWEEN = 500;

  private final RunRequest request;
  private final Machine machine;
  private final InstantSource clock;
  private final List<TrainingObserver> observers;
  private final BooleanSupplier stop;
  private final RunFolder folder;
  private final Optional<RunRecord> before;
  private final Optional<RunRecord> replaced;

  Opening(
      RunRequest request,
      Machine machine,
      InstantSource clock,
      List<TrainingObserver> observers,
      BooleanSupplier stop)
      throws IOException {
    this.request = request;
    this.machine = machine;
    this.clock = clock;
    this.observers = observers;
    this.stop = stop;
    folder = request.folder();
    if (machine.workers().isChief()) {
      folder.require(request.start(), FolderContent.RUN);
    }
    before = request.start().goesOn() ? Optional.of(own(folder.record())) : Optional.empty();
    replaced =
        request.start() instanceof Start.Overwriting ? recordOfWhatIsReplaced() : Optional.empty();
  }

  private Optional<RunRecord> recordOfWhatIsReplaced() {
    try {
      return RecordFile.read(folder.path());
    } catch (IOException e) {
      return Optional.empty(); // damaged: perhaps why it is replaced
    }
  }

  private RunRecord own(RunRecord record) {
    if (!record.getCommand().equals(request.protocol().command())) {
      throw new IllegalArgumentException(
          "%s holds a run of `%s`, which `%s` cannot go on with"
              .formatted(
                  folder.path(),
                  Protocol.invocation(record.getCommand()),
                  request.protocol().invocation()));
    }
    return record;
  }

  FolderRun open(Optional<FolderLock> lock) throws IOException {
    var checkpoint = checkpoint();
    var weights = weights(checkpoint.isEmpty());
    try {
      var recipe = recipe(weights);
      var experiment = recipe.experiment();
      if (weights.isPresent()) {
        // Before the data are looked for, which may be millions of files.
        Takeover.of(experiment).requireFit(weights.get(), keepHead());
      }
      var data = data();
      if (probeEvery().isPresent()) {
        data.requireLabelled();
      }
      if (before.isEmpty() && weights.isEmpty() && request.recipe().name().isEmpty()) {
        if (experiment.hasClassification()) {
          data.requireLabelled();
        }
        Misfits.requireFit(recipe.name(), experiment, data.training());
      }
      var origin =
          Origin.now(request.protocol().command(), recipe.name(), clock)
              .typed(request.commandLine());
      var policy =
          new CheckpointPolicy(
              folder.checkpoints(), checkpointEvery(experiment, data), request.keepCheckpoints());
      var unreadable = new UnreadableSoFar();
      var all = new ArrayList<>(observers);
      if (machine.workers().isChief()) {
        all.add(folder.log());
        all.add(folder.unreadable(unreadable));
      }
      var run =
          new TrainingRun(
              experiment,
              data,
              machine,
              before.map(origin::goingOn).orElse(origin),
              new TrainingRun.Surroundings(Optional.of(policy), all, stop));
      unreadable.of(run);
      probeEvery().ifPresent(run.notes()::probeEvery);
      try {
        var resumption = resumption(run);
        resumption.ifPresent(asked -> asked.require(checkpoint));
        var changedData = resumption.map(asked -> asked.remark(checkpoint)).orElse("");
        var handshake = new Handshake(machine.workers());
        handshake.requireTheSame(run, checkpoint);
        var remark = machine.workers().isChief() ? begin(run, checkpoint, weights) : "";
        handshake.await();
        var beginning = machine.workers().isChief() ? remark : restore(run, checkpoint(), weights);
        var changes =
            TrainingLength.changes(
                experiment, run.experiment(), run.record().getData().getTrainingImages());
        return new FolderRun(
            folder,
            lock,
            data,
            run,
            said(recipe.remark(), changes, changedData, beginning),
            warnings(run, data, recipe.name(), weights));
      } catch (IOException | RuntimeException e) {
        run.close();
        throw e;
      }
    } finally {
      if (weights.isPresent()) {
        weights.get().close();
      }
    }
  }

  /** Where the run goes on; empty: at the beginning. */
  private Optional<Checkpoint> checkpoint() throws IOException {
    if (request.start() instanceof Start.Rewinding rewinding) {
      return Optional.of(new Checkpoints(folder.checkpoints()).at(rewinding.step()));
    }
    return request.start().goesOn() ? folder.latest() : Optional.empty();
  }

  private Optional<Weights> weights(boolean atTheBeginning) throws IOException {
    var path =
        request
            .weights()
            .or(
                () ->
                    before
                        .filter(RunRecord::hasInitialWeights)
                        .map(record -> Path.of(record.getInitialWeights())));
    return atTheBeginning && path.isPresent()
        ? Optional.of(Weights.open(path.get()))
        : Optional.empty();
  }

  private int checkpointEvery(Experiment experiment, ImageSet data) {
    if (request.checkpointEvery().isPresent()) {
      return request.checkpointEvery().get();
    }
    var selected = Task.of(experiment, data.training().classes().size()).select(data);
    return Math.min(MOST_BETWEEN, CheckpointSpacing.of(experiment, selected.training()));
  }

  private boolean keepHead() {
    return request.keepHead() || before.map(RunRecord::getKeptHead).orElse(false);
  }

  private RecipeChoice.Found recipe(Optional<Weights> weights) {
    if (before.isPresent() && request.recipe().name().isEmpty()) {
      var name = before.get().getRecipe();
      var shown = name.isEmpty() ? "the recipe of " + folder.path() : name;
      var own = before.get().getExperiment();
      return Resumption.unchanged(
          folder.path(),
          own,
          request.recipe().changes(),
          () -> request.recipe().goingOn(request.protocol(), shown, own));
    }
    return request.recipe().find(request.protocol(), weights);
  }

  private static List<String> said(
      String remark, List<String> changes, String changedData, String beginning) {
    return Stream.of(Stream.of(remark), changes.stream(), Stream.of(changedData, beginning))
        .flatMap(sentences -> sentences)
        .filter(sentence -> !sentence.isEmpty())
        .toList();
  }

  private List<String> warnings(
      TrainingRun run, ImageSet data, String recipe, Optional<Weights> weights) {
    if (before.isPresent()) {
      return List.of();
    }
    var all = new ArrayList<String>();
    replaced.ifPresent(old -> all.addAll(otherwise(old, data.spec(), recipe)));
    weights.flatMap(Weights::unfinished).ifPresent(all::add);
    all.addAll(Misfits.of(run.experiment(), data.training(), run.record().getData()));
    return all;
  }

  /** What a run that starts over has by default, and not as the one that it replaces. */
  private List<String> otherwise(RunRecord old, String spec, String recipe) {
    var others = new ArrayList<String>();
    if (request.recipe().name().isEmpty() && !old.getRecipe().equals(recipe)) {
      others.add(
          "the run that this replaces was of %s; this one, without --recipe, is of %s"
              .formatted(old.getRecipe(), recipe));
    }
    if (request.data().isEmpty() && !old.getData().getSpec().equals(spec)) {
      others.add(
          "the run that this replaces was of the images %s; this one, without --data, is of %s"
              .formatted(old.getData().getSpec(), spec));
    }
    return others;
  }

  private Optional<Integer> probeEvery() {
    return request
        .probeEvery()
        .or(() -> before.map(RunRecord::getProbeEvery).filter(epochs -> epochs > 0));
  }

  private ImageSet data() {
    if (request.data().isPresent() || before.isEmpty()) {
      return ImageSet.open(request.data().orElse(FolderRun.DEFAULT_DATA));
    }
    try {
      return ImageSet.open(before.get().getData().getSpec());
    } catch (DataException e) {
      throw new DataException(
          "%s; with these images the run in %s was begun: --data says where they lie now"
              .formatted(e.getMessage(), folder.path()));
    }
  }

  /** Gives a run its weights; what is to be said of them. */
  private String restore(
      TrainingRun run, Optional<Checkpoint> checkpoint, Optional<Weights> weights)
      throws IOException {
    var remark = "";
    if (checkpoint.isPresent()) {
      resume(run, checkpoint.get());
    } else if (weights.isPresent()) {
      var start = weights.get().startOf(run.model(), run.classes(), keepHead());
      run.startFrom(weights.get().name(), start.source());
      run.notes().keptHead(keepHead());
      run.notes().underLicence(weights.get().licence());
      remark = start.remark();
    }
    return remark;
  }

  private void resume(TrainingRun run, Checkpoint checkpoint) throws IOException {
    var resumption = resumption(run).orElseThrow();
    run.resume(resumption.ofTheseImages(checkpoint), resumption.recorded());
    if (resumption.hasOtherImages()) {
      run.notes().changedData(resumption.before().getData(), run.step());
    }
  }

  private Optional<Resumption> resumption(TrainingRun run) {
    return before.map(
        record -> new Resumption(folder.path(), record, run.record().build(), request.start()));
  }

  private String goesOn(TrainingRun run, Checkpoint from) {
    return run.step() < run.totalSteps()
        ? "goes on from " + from.folder()
        : String.format(
            Locale.ROOT,
            "all %,d steps were done already: nothing is trained, only the report is made; for more epochs begin another run, with --epochs N and another --out",
            run.totalSteps());
  }

  /** What is said of it; the folder is written to last. */
  private String begin(TrainingRun run, Optional<Checkpoint> checkpoint, Optional<Weights> weights)
      throws IOException {
    var remark = restore(run, checkpoint, weights);
    if (request.start() instanceof Start.Rewinding rewinding) {
      // Nothing is deleted before the checkpoint is known to be this recipe's and these data's.
      resume(
          run,
          new Checkpoints(folder.checkpoints()).rewind(rewinding.step(), rewinding.rateScale()));
    }
    if (request.start() instanceof Start.Overwriting) {
      folder.clear();
    }
    run.probe();
    folder.begin(run.record().build(), run.curve());
    return checkpoint
        .map(at -> goesOn(run, at))
        .orElse(
            request.start().goesOn()
                ? "there is no whole checkpoint yet: starts from the beginning"
                : remark);
  }
}
