package org.maejava.eval.look;

import static java.util.stream.Collectors.toSet;

import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multisets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import org.maejava.data.source.DataException;
import org.maejava.data.source.Source;
import org.maejava.eval.machine.Machine;
import org.maejava.eval.picture.Gallery;
import org.maejava.eval.picture.Picture;
import org.maejava.eval.picture.Pictures;
import org.maejava.eval.picture.Thumbnails;
import org.maejava.eval.proto.AnswersByClass;
import org.maejava.eval.proto.ClassAnswers;
import org.maejava.eval.proto.Confusion;
import org.maejava.eval.proto.Interval;
import org.maejava.eval.proto.Mistake;
import org.maejava.eval.run.Accuracy;
import org.maejava.eval.run.Answer;
import org.maejava.proto.Experiment;

/** A classifier's right and wrong answers, by class. */
public final class AnswersLook {

  private static final int MOST_CONFUSIONS = 1000;
  private static final int MISTAKES = 12;

  private AnswersLook() {}

  private record Pair(int label, int answer) {}

  /**
   * Counts them.
   *
   * @param classes by label
   */
  public static AnswersByClass of(List<Answer> answers, List<String> classes) {
    var images = new int[classes.size()];
    var right = new int[classes.size()];
    var answered = new int[classes.size()];
    var wrong = HashMultiset.<Pair>create();
    for (var answer : answers) {
      images[answer.label()]++;
      answered[answer.answer()]++;
      if (answer.right()) {
        right[answer.label()]++;
      } else if (answer.label() != answer.answer()) {
        wrong.add(new Pair(answer.label(), answer.answer()));
      }
    }
    var all = AnswersByClass.newBuilder().setImages(answers.size());
    for (int i = 0; i < classes.size(); i++) {
      all.addClasses(ofClass(classes.get(i), images[i], right[i], answered[i]));
    }
    Multisets.copyHighestCountFirst(wrong).elementSet().stream()
        .limit(MOST_CONFUSIONS)
        .forEach(
            pair ->
                all.addConfusions(
                    Confusion.newBuilder()
                        .setLabel(pair.label())
                        .setAnswer(pair.answer())
                        .setImages(wrong.count(pair))));
    surest(answers)
        .forEach(
            answer ->
                all.addMistakes(
                    Mistake.newBuilder()
                        .setImage(answer.image())
                        .setLabel(classes.get(answer.label()))
                        .setAnswer(classes.get(answer.answer()))
                        .setProbability(answer.probability())));
    return all.build();
  }

  private static ClassAnswers ofClass(String name, int images, int right, int answered) {
    var of =
        ClassAnswers.newBuilder()
            .setName(name)
            .setImages(images)
            .setRight(right)
            .setAnswered(answered);
    if (images > 0) {
      var interval = Accuracy.interval(images, right);
      of.setInterval(
          Interval.newBuilder()
              .setLow(interval.getLowerBound())
              .setHigh(interval.getUpperBound())
              .setConfidence(Accuracy.CONFIDENCE));
    }
    return of.build();
  }

  /** Wrong answers, the surest first. */
  private static List<Answer> surest(List<Answer> answers) {
    return answers.stream()
        .filter(answer -> answer.label() != answer.answer())
        .filter(answer -> !Double.isNaN(answer.probability()))
        .sorted(Comparator.comparingDouble(answer -> -answer.probability()))
        .limit(MISTAKES)
        .toList();
  }

  /**
   * The most confident mistakes as pictures.
   *
   * @param source that the answers are of, in its order
   * @return without pictures if there is no mistake, or no image can be read
   */
  public static Gallery mistakes(
      List<Answer> answers, Experiment experiment, Source source, Machine machine) {
    var pictures = new ArrayList<Picture>();
    var shown = surest(answers);
    var wanted = shown.stream().map(Answer::image).collect(toSet());
    var indices = new HashMap<String, Integer>();
    for (int i = 0; i < source.size() && indices.size() < wanted.size(); i++) {
      var name = source.get(i).name();
      if (wanted.contains(name)) {
        indices.put(name, i);
      }
    }
    try {
      var pixels = Thumbnails.of(experiment, source, List.copyOf(indices.values()), machine);
      for (var answer : shown) {
        var found = pixels.get(indices.get(answer.image()));
        if (found != null) {
          pictures.add(picture(answer, source, found));
        }
      }
    } catch (DataException e) {
      // The images were there a moment ago; without them there is nothing to show.
      pictures.clear();
    }
    return new Gallery(
        "Most confident mistakes",
        "Wrong answers of which the classifier was surest: some are its faults, some are labels that are"
            + " wrong or images that show both.",
        Gallery.Kind.THUMBNAILS,
        pictures);
  }

  private static Picture picture(Answer answer, Source source, float[][][] pixels) {
    return Picture.of(
        answer.image(),
        String.format(
            Locale.ROOT,
            "%s, taken for %s (%.0f\u00a0%%)",
            source.classes().get(answer.label()),
            source.classes().get(answer.answer()),
            100 * answer.probability()),
        Pictures.one(pixels));
  }
}
