package org.maejava.eval.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.maejava.eval.proto.NamedRun;
import org.maejava.proto.Provenance;
import org.maejava.proto.RunRecord;
import org.maejava.words.Counted;

/**
 * Where the runs of a report come from: what all have in common, and in what they differ.
 *
 * @param runs their names
 * @param differing facts with a value for each run
 * @param common facts with one value
 */
public record ProvenanceFacts(List<String> runs, List<Fact> differing, List<Fact> common) {

  private static final String NONE = "–";

  /**
   * A fact.
   *
   * @param name of it
   * @param isCode whether its values are for machines to read: a command line, a digest
   * @param values of each run, in order; where it is common, one
   */
  public record Fact(String name, boolean isCode, List<String> values) {}

  /** One of a run's facts. */
  private record Value(String text, boolean isCode) {}

  static ProvenanceFacts of(List<NamedRun> runs) {
    var facts = runs.stream().map(named -> of(named.getRun(), runs.size() > 1)).toList();
    Map<String, Boolean> names = new LinkedHashMap<>();
    facts.forEach(
        of -> of.forEach((name, value) -> names.merge(name, value.isCode(), Boolean::logicalOr)));
    var differing = new ArrayList<Fact>();
    var common = new ArrayList<Fact>();
    names.forEach(
        (name, isCode) -> {
          var values =
              facts.stream()
                  .map(of -> of.getOrDefault(name, new Value(NONE, false)).text())
                  .toList();
          boolean same = values.stream().distinct().count() == 1;
          (same ? common : differing)
              .add(new Fact(name, isCode, same ? values.subList(0, 1) : values));
        });
    return new ProvenanceFacts(
        runs.stream().map(NamedRun::getName).toList(), List.copyOf(differing), List.copyOf(common));
  }

  /**
   * A run's, in order; what is not known is left out.
   *
   * @param amongOthers whether facts about the images are told too, which of one run stand apart
   */
  private static Map<String, Value> of(RunRecord run, boolean amongOthers) {
    var facts = new LinkedHashMap<String, Value>();
    var machine = run.getProvenance();
    if (machine.getCommandLine().isEmpty()) {
      put(facts, "Command", run.getCommand());
    } else {
      facts.put("Command", new Value(machine.getCommandLine(), true));
    }
    put(facts, "Recipe", run.getRecipe());
    put(facts, "Initial weights", run.getInitialWeights());
    put(facts, "Data", run.getData().getSpec());
    if (amongOthers) {
      put(facts, "Images", run.getData().getAbout());
      put(facts, "Training images", count(run.getData().getTrainingImages()));
      put(facts, "Evaluation images", count(run.getData().getEvaluationImages()));
      put(facts, "Classes", count(run.getData().getClassesCount()));
    }
    put(facts, "Unreadable images", count(run.getUnreadableCount()));
    put(facts, "Parameters", parameters(run));
    if (run.hasProvenance()) {
      put(facts, "Version", version(machine));
      put(facts, "TensorFlow", machine.getTensorflowVersion());
      put(facts, "Java", machine.getJavaVersion());
      put(facts, "Machine", machine.getOperatingSystem() + ", " + machine.getProcessor());
      put(
          facts,
          "Device",
          "%s, %s".formatted(machine.getDevice(), Counted.of(machine.getThreads(), "thread")));
      put(facts, "Begun", machine.getStarted());
      put(facts, "Ended", machine.getFinished());
    }
    facts.put("Data digest", new Value(run.getData().getDigest(), true));
    facts.put("Fingerprint", new Value(run.getFingerprint(), true));
    run.getRewindsList()
        .forEach(
            rewind ->
                put(
                    facts,
                    "Rewound to step " + count(rewind.getStep()),
                    "from there at %s of the rate".formatted(rewind.getRateScale())));
    run.getDataChangesList()
        .forEach(
            change ->
                put(
                    facts,
                    "Images changed at step " + count(change.getStep()),
                    count(change.getTrainingImages()) + " for training before"));
    facts.values().removeIf(value -> value.text().isEmpty());
    return facts;
  }

  private static void put(Map<String, Value> facts, String name, String text) {
    facts.put(name, new Value(text, false));
  }

  private static String version(Provenance of) {
    return "mae %s%s"
        .formatted(
            of.getCodeVersion(),
            of.getCodeCommit().isEmpty() ? "" : " (commit " + of.getCodeCommit() + ")");
  }

  private static String parameters(RunRecord run) {
    if (run.getParameters() == 0) {
      return "";
    }
    return "%s, of which %s trained%s"
        .formatted(
            count(run.getParameters()),
            count(run.getTrainedParameters()),
            run.getFrozenParameters() > 0
                ? "; %s frozen tensors, their bytes compared at the end"
                    .formatted(count(run.getFrozenParameters()))
                : "");
  }

  private static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
