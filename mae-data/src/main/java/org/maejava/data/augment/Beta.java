package org.maejava.data.augment;

import java.util.random.RandomGenerator;

/**
 * The symmetric beta distribution, as the share of one of two gamma variates in their sum.
 *
 * @param alpha both parameters, positive
 */
record Beta(double alpha) {

  double draw(RandomGenerator random) {
    double first = logGamma(random);
    double second = logGamma(random);
    // By logarithms: for small alpha both variates may underflow to 0 in doubles.
    return 1 / (1 + Math.exp(second - first));
  }

  /**
   * Logarithm of a gamma variate by Marsaglia and Tsang (2000), for alpha + 1 and boosted down to
   * alpha by the power of a uniform one.
   */
  private double logGamma(RandomGenerator random) {
    double boost = Math.log(1 - random.nextDouble()) / alpha;
    double d = alpha + 1 - 1 / 3.0;
    double c = 1 / Math.sqrt(9 * d);
    while (true) {
      double normal = random.nextGaussian();
      double root = 1 + c * normal;
      if (root > 0) {
        double v = root * root * root;
        double bound = 0.5 * normal * normal + d - d * v + d * Math.log(v);
        if (Math.log(1 - random.nextDouble()) < bound) {
          return Math.log(d * v) + boost;
        }
      }
    }
  }
}
