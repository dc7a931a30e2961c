package org.maejava.eval.run;

import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.run.RunRequest.Start;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.storage.FolderLock;
import org.maejava.train.Checkpoint;
import org.maejava.train.CheckpointPolicy;
import org.maejava.train.Checkpoints;
import org.maejava.train.TrainingObserver;

/**
 * A training run in its folder: begun there, or gone on with. Everything that can be wrong is found
 * before anything is written, and nobody else writes to the folder until it is closed.
 */
public final class FolderRun implements AutoCloseable {

  /** What is trained on when nothing is named: the bundled images. */
  public static final String DEFAULT_DATA = "fashion-mnist";

  private final RunFolder folder;
  private final FolderLock lock;
  private final ImageSet data;
  private final TrainingRun run;
  private final String beginning;

  private FolderRun(
      RunFolder folder, FolderLock lock, ImageSet data, TrainingRun run, String beginning) {
    this.folder = folder;
    this.lock = lock;
    this.data = data;
    this.run = run;
    this.beginning = beginning;
  }

  /**
   * Begins a run, or goes on with one.
   *
   * @param observers told of every step, beside the run's own log
   * @param stop asked after every update
   * @throws IllegalArgumentException if what was asked for cannot be
   * @throws org.maejava.data.source.DataException if the data cannot be used for it
   * @throws org.maejava.storage.FolderInUseException if another process writes to the folder
   * @throws IOException if files cannot be read or written
   */
  public static FolderRun open(
      RunRequest request,
      Machine machine,
      InstantSource clock,
      List<TrainingObserver> observers,
      BooleanSupplier stop)
      throws IOException {
    var lock = request.folder().lock();
    try {
      return new Opening(request, machine, clock, observers, stop).open(lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** What is known while a run is opened. */
  private static final class Opening {
    private final RunRequest request;
    private final Machine machine;
    private final InstantSource clock;
    private final List<TrainingObserver> observers;
    private final BooleanSupplier stop;
    private final RunFolder folder;
    private final Optional<RunRecord> before;

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
      checkFolder();
      before = goesOn() ? Optional.of(own(folder.record())) : Optional.empty();
    }

    private RunRecord own(RunRecord record) {
      if (!record.getCommand().equals(request.protocol().command())) {
        throw new IllegalArgumentException(
            "%s holds a run of `%s`, which `%s` cannot go on with"
                .formatted(folder.path(), record.getCommand(), request.protocol().invocation()));
      }
      return record;
    }

    private boolean goesOn() {
      return request.start() instanceof Start.Resuming
          || request.start() instanceof Start.Rewinding;
    }

    private void checkFolder() throws IOException {
      boolean begun = folder.begun();
      if (begun && request.start() instanceof Start.New) {
        throw new IllegalArgumentException(
            "%s already holds a run; go on with --resume, start over with --overwrite, or choose another --out"
                .formatted(folder.path()));
      }
      if (!begun && goesOn()) {
        throw new IllegalArgumentException(
            "%s holds no run to resume; leave --resume out to start one".formatted(folder.path()));
      }
      if (!begun) {
        folder.requireNothingForeign();
      }
    }

    FolderRun open(FolderLock lock) throws IOException {
      var policy =
          new CheckpointPolicy(
              folder.checkpoints(), request.checkpointEvery(), request.keepCheckpoints());
      var checkpoint = checkpoint();
      var weights = weights(checkpoint.isEmpty());
      try {
        var recipe = recipe(weights);
        var experiment = request.protocol().require(recipe.experiment(), recipe.name());
        var data = ImageSet.open(dataSpec());
        var origin = Origin.now(request.protocol().command(), recipe.name(), clock);
        var unreadable = new UnreadableSoFar();
        var all = new ArrayList<>(observers);
        all.add(folder.log());
        all.add(folder.unreadable(unreadable));
        var run =
            new TrainingRun(
                experiment,
                data,
                machine,
                before.map(origin::goingOn).orElse(origin),
                new TrainingRun.Surroundings(Optional.of(policy), all, stop));
        unreadable.of(run);
        try {
          var beginning = begin(run, checkpoint, weights);
          return new FolderRun(folder, lock, data, run, beginning);
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
      return goesOn() ? folder.latest() : Optional.empty();
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

    private record Recipe(String name, Experiment experiment) {}

    private Recipe recipe(Optional<Weights> weights) {
      if (before.isPresent() && request.recipe().isEmpty() && request.changes().isEmpty()) {
        var name = before.get().getRecipe();
        return new Recipe(
            name.isEmpty() ? "the recipe of " + folder.path() : name, before.get().getExperiment());
      }
      var protocol = request.protocol().command();
      var changes = new ArrayList<String>();
      var family = request.recipe();
      var pretrained = weights.flatMap(Weights::experiment);
      if (family.isEmpty() && pretrained.isPresent()) {
        family = Optional.of(weights.orElseThrow().family());
        changes.add(Recipes.geometryOf(pretrained.get()));
      }
      weights.map(Weights::numerics).ifPresent(changes::add);
      changes.addAll(request.changes());
      var name = Recipes.name(family.orElse(Recipes.DEFAULT_FAMILY), protocol);
      return new Recipe(name, Recipes.load(name, protocol, changes));
    }

    private String dataSpec() {
      return request
          .data()
          .or(() -> before.map(record -> record.getData().getSpec()))
          .orElse(DEFAULT_DATA);
    }

    /** What is said of it; the folder is written to last. */
    private String begin(
        TrainingRun run, Optional<Checkpoint> checkpoint, Optional<Weights> weights)
        throws IOException {
      var remark = "";
      if (checkpoint.isPresent()) {
        run.resume(checkpoint.get(), before.orElseThrow());
      } else if (weights.isPresent()) {
        boolean keepHead = request.keepHead() || before.map(RunRecord::getKeptHead).orElse(false);
        var start = weights.get().startOf(run.model(), run.classes(), keepHead);
        run.startFrom(weights.get().name(), start.source());
        run.keptHead(keepHead);
        remark = start.remark();
      }
      if (request.start() instanceof Start.Rewinding rewinding) {
        // Nothing is deleted before the checkpoint is known to be this recipe's and these data's.
        run.resume(
            new Checkpoints(folder.checkpoints()).rewind(rewinding.step(), rewinding.rateScale()),
            before.orElseThrow());
      }
      if (request.start() instanceof Start.Overwriting) {
        folder.clear();
      }
      run.probe();
      folder.begin(run.record().build(), run.curve());
      return checkpoint
          .map(at -> "goes on from " + at.folder())
          .orElse(
              goesOn() ? "there is no whole checkpoint yet: starts from the beginning" : remark);
    }
  }

  /** What the folder's record is to say, once there is a run to ask. */
  private static final class UnreadableSoFar implements Supplier<List<UnreadableImage>> {
    private Optional<TrainingRun> run = Optional.empty();

    void of(TrainingRun run) {
      this.run = Optional.of(run);
    }

    @Override
    public List<UnreadableImage> get() {
      return run.map(TrainingRun::unreadable).orElse(List.of());
    }
  }

  /** The training; it is this object's to close. */
  public TrainingRun run() {
    return run;
  }

  /** Where it leaves its files. */
  public RunFolder folder() {
    return folder;
  }

  /** The data as opened. */
  public ImageSet data() {
    return data;
  }

  /** How it goes on, in a sentence; empty for a run that begins. */
  public String beginning() {
    return beginning;
  }

  @Override
  public void close() throws IOException {
    run.close();
    lock.close();
  }
}
