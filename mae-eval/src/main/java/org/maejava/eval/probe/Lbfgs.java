package org.maejava.eval.probe;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Optional;
import java.util.function.Function;

/**
 * Limited-memory BFGS (Nocedal &amp; Wright, 2006, algorithms 7.4 and 7.5) with a bisecting line
 * search for the weak Wolfe conditions.
 *
 * <p>It is own code because no library that is kept up has it without a language or a framework of
 * its own; Commons Math's conjugate gradients look at the objective ten to twenty times for a line
 * search, this about once, and each look is a pass over all features.
 *
 * @param memory pairs of steps that the curvature is known from
 * @param tolerance the largest component of the gradient at which it is done
 * @param maxIterations line searches after which it is left
 */
record Lbfgs(int memory, double tolerance, int maxIterations) {

  private static final double SUFFICIENT_DECREASE = 1e-4;
  private static final double CURVATURE = 0.9;
  private static final int LINE_STEPS = 40;

  /** Value and gradient of an objective at a point. */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  record Look(double value, double[] gradient) {}

  /**
   * Where it came to.
   *
   * @param gradient the largest component there
   * @param iterations line searches
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  record Minimum(double[] point, double value, double gradient, int iterations) {}

  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record Pair(double[] step, double[] change, double curvature) {}

  @SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
  private record At(double[] point, Look look) {}

  /** From a starting point downwards. */
  Minimum minimise(Function<double[], Look> objective, double[] start) {
    var now = new At(start.clone(), objective.apply(start));
    var pairs = new ArrayDeque<Pair>();
    int iterations = 0;
    while (largest(now.look.gradient) > tolerance && iterations < maxIterations) {
      var direction = direction(now.look.gradient, pairs);
      var next = search(objective, now, direction, pairs.isEmpty());
      iterations++;
      if (next.isEmpty()) {
        // Rounding leaves no lower point on the line.
        break;
      }
      remember(pairs, now, next.get());
      now = next.get();
    }
    return new Minimum(now.point, now.look.value, largest(now.look.gradient), iterations);
  }

  private void remember(ArrayDeque<Pair> pairs, At now, At next) {
    var step = minus(next.point, now.point);
    var change = minus(next.look.gradient, now.look.gradient);
    double curvature = dot(step, change);
    if (curvature > 1e-12 * dot(change, change)) {
      pairs.addLast(new Pair(step, change, curvature));
      if (pairs.size() > memory) {
        pairs.removeFirst();
      }
    }
  }

  /** The two-loop recursion: the inverse Hessian's estimate times the gradient, negated. */
  private static double[] direction(double[] gradient, ArrayDeque<Pair> pairs) {
    var q = gradient.clone();
    var shares = new ArrayList<Double>();
    for (var backwards = pairs.descendingIterator(); backwards.hasNext(); ) {
      var pair = backwards.next();
      double share = dot(pair.step, q) / pair.curvature;
      add(q, -share, pair.change);
      shares.add(share);
    }
    if (!pairs.isEmpty()) {
      var last = pairs.getLast();
      scale(q, last.curvature / dot(last.change, last.change));
    }
    int i = shares.size();
    for (var pair : pairs) {
      double share = shares.get(--i) - dot(pair.change, q) / pair.curvature;
      add(q, share, pair.step);
    }
    scale(q, -1);
    return q;
  }

  /** A point that is low enough and beyond which it does not fall as steeply. */
  private static Optional<At> search(
      Function<double[], Look> objective, At now, double[] direction, boolean first) {
    double slope = dot(now.look.gradient, direction);
    double low = 0;
    double high = Double.POSITIVE_INFINITY;
    double length = first ? Math.min(1, 1 / Math.sqrt(dot(direction, direction))) : 1;
    var best = Optional.<At>empty();
    for (int i = 0; i < LINE_STEPS; i++) {
      var point = now.point.clone();
      add(point, length, direction);
      var look = objective.apply(point);
      if (!(look.value <= now.look.value + SUFFICIENT_DECREASE * length * slope)) {
        high = length;
      } else {
        best = Optional.of(new At(point, look));
        if (dot(look.gradient, direction) >= CURVATURE * slope) {
          return best;
        }
        low = length;
      }
      length = high < Double.POSITIVE_INFINITY ? (low + high) / 2 : 2 * low;
    }
    return best;
  }

  private static double largest(double[] gradient) {
    double largest = 0;
    for (double value : gradient) {
      largest = Math.max(largest, Math.abs(value));
    }
    return largest;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }

  private static double[] minus(double[] a, double[] b) {
    var difference = a.clone();
    add(difference, -1, b);
    return difference;
  }

  private static void add(double[] to, double factor, double[] values) {
    for (int i = 0; i < to.length; i++) {
      to[i] += factor * values[i];
    }
  }

  private static void scale(double[] values, double factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
  }
}
