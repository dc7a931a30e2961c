package org.maejava.eval.study;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.maejava.config.Experiments;
import org.maejava.config.InvalidExperimentException;
import org.maejava.eval.compare.Candidate;
import org.maejava.eval.compare.Cells;
import org.maejava.eval.compare.TrainedCandidate;
import org.maejava.eval.compare.TrainedCandidate.Pretrained;
import org.maejava.eval.probe.FeatureCandidate;
import org.maejava.eval.probe.FeatureStore;
import org.maejava.eval.proto.ComparisonPlan;
import org.maejava.eval.proto.ProtocolPlan;
import org.maejava.eval.proto.Search;
import org.maejava.eval.recipe.Recipes;
import org.maejava.eval.task.Protocol;
import org.maejava.proto.Experiment;

/** The rows of a comparison: its protocols from each of the weights. */
final class Candidates {

  private final ComparisonPlan plan;
  private final List<Start> starts;
  private final int classes;
  private final FeatureStore features;
  private final Map<String, Candidate> rows = new LinkedHashMap<>();
  private final List<String> problems = new ArrayList<>();

  private Candidates(ComparisonPlan plan, List<Start> starts, int classes, FeatureStore features) {
    this.plan = plan;
    this.starts = starts;
    this.classes = classes;
    this.features = features;
  }

  /**
   * Every row, in the plan's order.
   *
   * @param starts of the plan's weights; those that are not trained yet give rows that can be
   *     looked at, not run
   * @param classes of the data
   * @param features where rows that look at features keep them
   * @throws InvalidExperimentException with everything that is wrong
   */
  static List<Candidate> of(
      ComparisonPlan plan, List<Start> starts, int classes, FeatureStore features) {
    var candidates = new Candidates(plan, starts, classes, features);
    plan.getProtocolsList().forEach(candidates::add);
    candidates.requireDifferentFolders();
    if (!candidates.problems.isEmpty()) {
      throw new InvalidExperimentException("the comparison", candidates.problems);
    }
    return List.copyOf(candidates.rows.values());
  }

  /**
   * For each row, the row that it is tested against: the baseline, or its own protocol from the
   * baseline weights.
   *
   * @throws IllegalArgumentException if there is no such row
   */
  static Map<String, String> baselines(ComparisonPlan plan, List<Candidate> rows) {
    var baselines = new LinkedHashMap<String, String>();
    if (plan.hasBaselineWeights()) {
      for (var row : rows) {
        rows.stream()
            .filter(other -> other.weights().equals(plan.getBaselineWeights()))
            .filter(other -> !other.name().equals(row.name()))
            .filter(other -> protocolOf(other).equals(protocolOf(row)))
            .findFirst()
            .ifPresent(other -> baselines.put(row.name(), other.name()));
      }
      return baselines;
    }
    baseline(plan, rows)
        .ifPresent(
            baseline ->
                rows.stream()
                    .map(Candidate::name)
                    .filter(name -> !name.equals(baseline))
                    .forEach(name -> baselines.put(name, baseline)));
    return baselines;
  }

  private static String protocolOf(Candidate row) {
    return row.protocol() + row.blocks();
  }

  /** The row that all others are tested against. */
  static Optional<String> baseline(ComparisonPlan plan, List<Candidate> rows) {
    if (!plan.hasBaseline()) {
      return rows.stream()
          .filter(row -> row.protocol().equals(Protocol.SCRATCH.command()))
          .map(Candidate::name)
          .findFirst();
    }
    var names = rows.stream().map(Candidate::name).toList();
    if (!names.contains(plan.getBaseline())) {
      throw new IllegalArgumentException(
          "baseline \"%s\" is no row; there are %s".formatted(plan.getBaseline(), names));
    }
    return Optional.of(plan.getBaseline());
  }

  private void add(ProtocolPlan protocol) {
    try {
      switch (protocol.getProtocolCase()) {
        case FINETUNE -> fromEach(protocol, Protocol.FINETUNE, OptionalDouble.empty());
        case LINEAR_PROBE -> fromEach(protocol, Protocol.LINEAR_PROBE, OptionalDouble.empty());
        case PARTIAL -> partial(protocol);
        case SCRATCH -> fromNothing(protocol, Protocol.SCRATCH);
        case PIXEL_FLOOR -> fromNothing(protocol, Protocol.PIXEL_FLOOR);
        case NEAREST_NEIGHBOURS, FEATURE_PROBE ->
            startsOf(protocol).forEach(start -> addFeatures(protocol, start));
        case ATTENTIVE_PROBE ->
            fromEach(protocol, Protocol.ATTENTIVE_PROBE, OptionalDouble.empty());
        case PROTOCOL_NOT_SET ->
            problems.add(
                "protocols%s: which one is not said; set finetune {}, partial { blocks: 1 }, linear_probe {}, scratch {} or pixel_floor {}"
                    .formatted(protocol.hasName() ? " \"" + protocol.getName() + "\"" : ""));
      }
    } catch (IllegalArgumentException e) {
      problems.add(e.getMessage());
    }
  }

  /** As Figure 9 has them: none is the linear probe, all are fine-tuning. */
  private void partial(ProtocolPlan protocol) {
    for (var start : startsOf(protocol)) {
      int depth = start.experiment().getModel().getEncoder().getDepth();
      for (double blocks : blocks(protocol, depth)) {
        if (blocks == 0) {
          add(protocol, Protocol.LINEAR_PROBE, Optional.of(start), OptionalDouble.of(0));
        } else if (blocks == depth) {
          add(protocol, Protocol.FINETUNE, Optional.of(start), OptionalDouble.of(depth));
        } else {
          add(protocol, Protocol.PARTIAL, Optional.of(start), OptionalDouble.of(blocks));
        }
      }
    }
  }

  private static List<Double> blocks(ProtocolPlan protocol, int depth) {
    var partial = protocol.getPartial();
    if (!partial.hasSweep()) {
      return partial.getBlocksCount() == 0 ? List.of(1.0) : partial.getBlocksList();
    }
    var doubled = Stream.iterate(1.0, blocks -> blocks < depth, blocks -> 2 * blocks);
    return Stream.of(
            Stream.of(0.0, 0.5),
            partial.getBlocksList().stream(),
            doubled,
            Stream.of((double) depth))
        .flatMap(each -> each)
        .distinct()
        .sorted()
        .toList();
  }

  private void fromEach(ProtocolPlan protocol, Protocol kind, OptionalDouble blocks) {
    startsOf(protocol).forEach(start -> add(protocol, kind, Optional.of(start), blocks));
  }

  private void fromNothing(ProtocolPlan protocol, Protocol kind) {
    add(protocol, kind, Optional.empty(), OptionalDouble.empty());
  }

  private List<Start> startsOf(ProtocolPlan protocol) {
    if (starts.isEmpty()) {
      throw new IllegalArgumentException(
          "protocol %s needs weights to start from; add weights { path: \"...\" } or weights { pretraining {} }"
              .formatted(protocol.getProtocolCase().name().toLowerCase(Locale.ROOT)));
    }
    var names = starts.stream().map(Start::name).toList();
    var unknown = protocol.getWeightsList().stream().filter(name -> !names.contains(name)).toList();
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "protocols: there are no weights named %s; there are %s".formatted(unknown, names));
    }
    return starts.stream()
        .filter(
            start ->
                protocol.getWeightsCount() == 0 || protocol.getWeightsList().contains(start.name()))
        .toList();
  }

  private void add(
      ProtocolPlan protocol, Protocol kind, Optional<Start> start, OptionalDouble blocks) {
    var name = name(protocol, kind, start, blocks);
    var recipe = recipe(protocol, kind, start, blocks);
    var experiment = experiment(protocol, kind, recipe, start, blocks);
    var candidate =
        new TrainedCandidate(
            name,
            kind,
            recipe,
            experiment,
            start.map(Start::name).orElse(""),
            start.flatMap(from -> pretrained(from, experiment)),
            blocks,
            search());
    var before = rows.get(name);
    if (before instanceof TrainedCandidate same && same.experiment().equals(experiment)) {
      // A sweep has both ends, which are rows of their own too.
      rows.put(name, blocks.isPresent() ? candidate : before);
    } else {
      addNew(candidate);
    }
  }

  /** The view and pooling are the linear probe's. */
  private void addFeatures(ProtocolPlan protocol, Start start) {
    var from = Optional.of(start);
    var recipe = recipe(protocol, Protocol.LINEAR_PROBE, from, OptionalDouble.empty());
    var experiment =
        experiment(protocol, Protocol.LINEAR_PROBE, recipe, from, OptionalDouble.empty());
    var kind = FeatureKind.of(protocol);
    addNew(
        new FeatureCandidate(
            /* name= */ withWeights(protocol.hasName() ? protocol.getName() : kind.title(), from),
            kind.command(),
            recipe,
            experiment,
            /* weights= */ start.name(),
            pretrained(start, experiment),
            kind.classifiers(),
            features));
  }

  private void addNew(Candidate candidate) {
    if (rows.putIfAbsent(candidate.name(), candidate) != null) {
      problems.add("two rows are called \"%s\"; give one another name".formatted(candidate.name()));
    }
  }

  /** With the comparison's share of all epochs. */
  private Optional<Search> search() {
    if (!plan.hasEpochsShare()) {
      return plan.hasSearch() ? Optional.of(plan.getSearch()) : Optional.empty();
    }
    var search = plan.getSearch().toBuilder().clearEpochs();
    var epochs =
        plan.getSearch().getEpochsCount() == 0 ? List.of(1.0) : plan.getSearch().getEpochsList();
    epochs.forEach(multiple -> search.addEpochs(multiple * plan.getEpochsShare()));
    return Optional.of(search.build());
  }

  private String name(
      ProtocolPlan protocol, Protocol kind, Optional<Start> start, OptionalDouble blocks) {
    var name = protocol.hasName() ? protocol.getName() : kind.title();
    if (kind == Protocol.PARTIAL
        && (!protocol.hasName() || protocol.getPartial().getBlocksCount() > 1)) {
      name += ", " + Protocol.blocks(blocks.orElse(1));
    }
    return withWeights(name, start);
  }

  private String withWeights(String name, Optional<Start> start) {
    boolean several = starts.size() > 1 && start.isPresent();
    return several ? name + ", " + start.get().name() : name;
  }

  private String recipe(
      ProtocolPlan protocol, Protocol kind, Optional<Start> start, OptionalDouble blocks) {
    // A named recipe is that of the partial ones, not of the sweep's ends.
    boolean named = protocol.hasRecipe() && (blocks.isEmpty() || kind == Protocol.PARTIAL);
    var family =
        plan.hasFamily()
            ? plan.getFamily()
            : start
                .or(() -> starts.stream().findFirst())
                .map(Start::family)
                .orElse(Recipes.DEFAULT_FAMILY);
    return Recipes.name(named ? protocol.getRecipe() : family, kind.command());
  }

  private Experiment experiment(
      ProtocolPlan protocol,
      Protocol kind,
      String recipe,
      Optional<Start> start,
      OptionalDouble blocks) {
    var changes = new ArrayList<String>();
    start.or(() -> starts.stream().findFirst()).map(Start::geometry).ifPresent(changes::addAll);
    var change = Experiments.merge(plan.getChange(), protocol.getChange());
    var before = List.copyOf(changes);
    changes.add(
        Recipes.text(
            Recipes.inProportion(change, () -> Recipes.load(recipe, kind.command(), before))));
    if (kind == Protocol.PARTIAL) {
      changes.add("classification { last_blocks: %s }".formatted(blocks.orElse(1)));
    }
    var experiment = kind.require(Recipes.load(recipe, kind.command(), changes), recipe);
    if (experiment.getData().hasLabelledImages()) {
      throw new IllegalArgumentException(
          "recipe %s sets data.labelled_images; how many labels there are is said by the comparison's labels"
              .formatted(recipe));
    }
    return experiment;
  }

  private Optional<Pretrained> pretrained(Start start, Experiment experiment) {
    return start
        .opened()
        .map(
            weights ->
                new Pretrained(
                    weights.name(),
                    weights.startOf(experiment.getModel(), classes, false).source(),
                    start.digest(),
                    weights.licence()));
  }

  private void requireDifferentFolders() {
    var folders = new LinkedHashMap<String, String>();
    for (var name : rows.keySet()) {
      var other = folders.put(Cells.slug(name), name);
      if (other != null) {
        problems.add(
            "rows \"%s\" and \"%s\" differ in punctuation alone; their cells need different folders"
                .formatted(other, name));
      }
    }
  }
}
