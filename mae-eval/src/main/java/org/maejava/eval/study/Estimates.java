package org.maejava.eval.study;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.maejava.config.Experiments;
import org.maejava.data.spec.ImageSet;
import org.maejava.eval.bench.RunTimes;
import org.maejava.eval.compare.Budget;
import org.maejava.eval.compare.Candidate.Work;
import org.maejava.eval.compare.CellKey;
import org.maejava.eval.compare.ComparisonRun.Grid;
import org.maejava.eval.compare.Draw;
import org.maejava.eval.machine.Machine;

/**
 * What a comparison will take: steps times the seconds of a step, measured by a few steps of each
 * network on this machine; a forward pass counts as a third of a step, since the gradients take two
 * matrix products for each of its own. What the measurement itself took to begin, in training and
 * in evaluation, is added to every run.
 *
 * @param pretraining by the name of weights that have to be trained
 * @param cells in the order in which they are run; empty where it cannot be said
 */
public record Estimates(Map<String, Double> pretraining, Map<CellKey, OptionalDouble> cells) {

  private static final int WARM_UP = 2;
  private static final int MEASURED = 4;
  private static final double FORWARD_SHARE = 1 / 3.0;

  static Estimates of(Grid grid, List<Start> starts, ImageSet data, Machine machine)
      throws IOException {
    var times = new Measured(new HashMap<>(), new HashSet<>(), machine);
    var pretraining = new LinkedHashMap<String, Double>();
    for (var start : starts) {
      if (start.pretraining().isPresent()) {
        var plan = start.plan().getPretraining();
        var images = plan.hasData() ? ImageSet.open(plan.getData()) : data;
        var work = Work.of(start.experiment(), images.training(), 0);
        pretraining.put(start.name(), times.training(work, images));
      }
    }
    var cells = new LinkedHashMap<CellKey, OptionalDouble>();
    for (var key : grid.keys()) {
      cells.put(key, cell(key, grid, times));
    }
    return new Estimates(pretraining, cells);
  }

  private static OptionalDouble cell(CellKey key, Grid grid, Measured times) throws IOException {
    var images = key.budget().draw(grid.data(), key.seed());
    var variants = key.candidate().variants(key.budget());
    boolean chosenBefore =
        grid.search().filter(s -> s.hasFirstSeedDecides()).isPresent()
            && key.seed() != grid.seeds().get(0);
    var works = new ArrayList<Map.Entry<Optional<Work>, ImageSet>>();
    if (variants.size() > 1 && !chosenBefore) {
      var heldOut =
          Budget.heldOut(images, grid.search().orElseThrow().getHeldOutShare(), key.seed());
      for (var variant : variants) {
        works.add(Map.entry(variant.work(new Draw(heldOut, key.seed())), heldOut));
      }
    }
    // Which one will be chosen is not known: the first stands for it.
    works.add(Map.entry(variants.get(0).work(new Draw(images, key.seed())), images));
    var first = works.get(0).getKey();
    if (first.isPresent() && first.get().steps() == 0) {
      // Whatever is made of them.
      return OptionalDouble.of(times.features(key.candidate().weights(), first.get(), images));
    }
    double seconds = 0;
    for (var work : works) {
      if (work.getKey().isEmpty()) {
        return OptionalDouble.empty();
      }
      seconds += times.training(work.getKey().get(), work.getValue());
    }
    return OptionalDouble.of(seconds);
  }

  /** What was measured, by what determines it, and whose features were counted already. */
  private record Measured(Map<String, RunTimes> known, Set<String> features, Machine machine) {

    /** Of a run that trains. */
    double training(Work work, ImageSet images) throws IOException {
      var times = of(work, images);
      double evaluation =
          work.evaluated() == 0
              ? 0
              : times.evaluation() + forward(work, times) * (work.evaluated() - times.evaluated());
      return times.beginning() + work.steps() * times.step() + Math.max(0, evaluation);
    }

    /** Of features, which are computed once for each image. */
    double features(String weights, Work work, ImageSet images) throws IOException {
      var times = of(work, images);
      boolean first = features.add(weights + Experiments.fingerprint(work.experiment()));
      int others = images.training().size() - (first ? times.evaluated() : 0);
      return first
          ? times.evaluation() + forward(work, times) * (images.evaluation().size() + others)
          : forward(work, times) * others;
    }

    /** Of an image; the gradients take two matrix products for each of its own. */
    private static double forward(Work work, RunTimes times) {
      var training = work.experiment().getTraining();
      return FORWARD_SHARE
          * times.step()
          / (training.getBatchSize() * training.getAccumulationSteps());
    }

    private RunTimes of(Work work, ImageSet images) throws IOException {
      var same = work.experiment().toBuilder();
      same.getTrainingBuilder()
          .setSeed(0)
          .setEpochs(1 + WARM_UP + MEASURED)
          .setWarmupEpochs(0)
          .setBaseRate(1e-6);
      var experiment = same.build();
      var key = Experiments.fingerprint(experiment);
      var times = known.get(key);
      if (times == null) {
        times = RunTimes.of(experiment, images, machine, WARM_UP, MEASURED);
        known.put(key, times);
      }
      return times;
    }
  }

  /** Of everything, in seconds; what cannot be said is left out. */
  public double total() {
    return pretraining.values().stream().mapToDouble(s -> s).sum() + cellSeconds();
  }

  /** Of all cells, in seconds; what cannot be said is left out. */
  public double cellSeconds() {
    return cells.values().stream().mapToDouble(s -> s.orElse(0)).sum();
  }
}
