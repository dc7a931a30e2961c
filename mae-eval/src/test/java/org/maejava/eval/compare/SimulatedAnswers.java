package org.maejava.eval.compare;

import org.apache.commons.math3.distribution.NormalDistribution;
import org.maejava.random.Draws;

/**
 * Answers of made-up classifiers: an answer is right if skill, the seed's luck, how easy the image
 * is and chance together are above zero, all normal (a probit model with crossed random effects).
 *
 * @param number of the simulation
 * @param seedDeviation of a seed's luck, in units of chance
 */
record SimulatedAnswers(long number, double seedDeviation) {

  /** Of how easy images are. */
  private static final double IMAGE_DEVIATION = 1;

  /** {@code [seeds][images]}; images are the same for every method of a simulation. */
  double[][] table(String method, int seeds, int images, double skill) {
    var ofImages = new Draws(number).at("images");
    var ease = new double[images];
    for (int i = 0; i < images; i++) {
      ease[i] = IMAGE_DEVIATION * ofImages.nextGaussian();
    }
    var random = new Draws(number).at(method);
    var table = new double[seeds][images];
    for (var row : table) {
      double luck = seedDeviation * random.nextGaussian();
      for (int i = 0; i < images; i++) {
        row[i] = skill + luck + ease[i] + random.nextGaussian() > 0 ? 1 : 0;
      }
    }
    return table;
  }

  /** The accuracy over all seeds and images that could be drawn. */
  double accuracy(double skill) {
    double spread =
        Math.sqrt(1 + seedDeviation * seedDeviation + IMAGE_DEVIATION * IMAGE_DEVIATION);
    return new NormalDistribution().cumulativeProbability(skill / spread);
  }
}
