package org.maejava.eval.probe;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.maejava.config.Experiments;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.compare.Candidate;
import org.maejava.eval.compare.Draw;
import org.maejava.eval.compare.Running;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.run.Accuracy;
import org.maejava.eval.run.Answer;
import org.maejava.eval.run.Origin;
import org.maejava.proto.Experiment;
import org.maejava.proto.RunRecord;
import org.maejava.proto.UnreadableImage;
import org.maejava.weights.WeightSource;
import org.tensorflow.ndarray.StdArrays;

/**
 * A protocol that trains nothing of the network: a classifier on features that are computed once.
 *
 * @param name as tables show it
 * @param protocol as records name it
 * @param recipe the name of the linear probe's recipe whose view and pooling it takes
 * @param experiment that recipe, complete
 * @param weights as tables name what it starts from
 * @param pretrained the encoder; empty: a random one
 * @param classifiers what is chosen from on held-out labels
 * @param store where features are kept
 */
public record FeatureCandidate(
    String name,
    String protocol,
    String recipe,
    Experiment experiment,
    String weights,
    Optional<Pretrained> pretrained,
    List<FeatureClassifier> classifiers,
    FeatureStore store)
    implements Candidate {

  @Override
  public List<FeatureVariant> variants(Budget budget) {
    var changed = budget.recipe(experiment, name);
    return classifiers.stream().map(classifier -> new FeatureVariant(changed, classifier)).toList();
  }

  /** One of the classifiers, on features of one view. */
  public final class FeatureVariant implements Variant {

    private final Experiment view;
    private final FeatureClassifier classifier;

    private FeatureVariant(Experiment experiment, FeatureClassifier classifier) {
      // How a linear probe would train is not what is done here.
      view = experiment.toBuilder().clearTraining().build();
      this.classifier = classifier;
    }

    @Override
    public String name() {
      return classifier.name();
    }

    @Override
    public String fingerprint() {
      return Experiments.fingerprint(view)
          + " "
          + pretrained.map(Pretrained::digest).orElse("")
          + " "
          + classifier;
    }

    @Override
    public Optional<Work> work(Draw draw) {
      int images = draw.images().size();
      return Optional.of(new Work(experiment, 0, images));
    }

    @Override
    public Outcome run(Draw draw, Running running, Path unfinished) throws IOException {
      var origin = Origin.now(protocol, recipe, running.clock()).typed(running.commandLine());
      long start = running.clock().millis();
      var images = draw.images();
      int classes = images.training().classes().size();
      var halves = store.of(images, view, pretrained, draw.seed(), running);
      var asked = halves.evaluation();
      var logits =
          classifier.logits(
              halves.training(), asked.rows(), classes, running.machine(), running.stop());
      var accuracy = accuracy(logits, asked.labels(), classes);
      long learned = classifier.parameters(asked.width(), classes);
      var record =
          RunRecord.newBuilder()
              .setCommand(protocol)
              .setRecipe(recipe)
              .setExperiment(view)
              .setFingerprint(Experiments.fingerprint(view))
              .setData(images.describe())
              .setProvenance(origin.provenance(running.machine()))
              .setEvaluation(accuracy.evaluation())
              .setSeconds((running.clock().millis() - start) / 1e3)
              .setParameters(halves.parameters() + learned)
              .setTrainedParameters(learned)
              .setFrozenParameters(halves.compared())
              .addAllUnreadable(unreadable(halves));
      pretrained.ifPresent(
          from -> record.setInitialWeights(from.name()).setInitialWeightsLicence(from.licence()));
      return new Answered(record.build(), answers(logits, asked));
    }
  }

  private static List<UnreadableImage> unreadable(FeatureStore.Halves halves) {
    return Stream.of(halves.training(), halves.evaluation())
        .flatMap(half -> half.unreadable().stream())
        .toList();
  }

  private static Accuracy accuracy(float[][] logits, int[] labels, int classes) {
    var oneHot = new float[labels.length][classes];
    var weights = new float[labels.length];
    for (int i = 0; i < labels.length; i++) {
      oneHot[i][labels[i]] = 1;
      weights[i] = 1;
    }
    var accuracy = new Accuracy();
    accuracy.add(
        StdArrays.ndCopyOf(logits), StdArrays.ndCopyOf(oneHot), StdArrays.ndCopyOf(weights));
    return accuracy;
  }

  private static List<Answer> answers(float[][] logits, Features asked) {
    return IntStream.range(0, logits.length)
        .mapToObj(i -> Answer.of(asked.names().get(i), asked.labels()[i], logits[i]))
        .toList();
  }

  private record Answered(RunRecord record, List<Answer> answers) implements Outcome {

    @Override
    public Optional<WeightSource> trained() {
      return Optional.empty();
    }

    @Override
    public void close() {
      // Features stay in the store.
    }
  }
}
