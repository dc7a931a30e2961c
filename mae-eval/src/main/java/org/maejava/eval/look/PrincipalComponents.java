package org.maejava.eval.look;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;

/**
 * Points on their first two principal components. Of a component and its negative the one is taken
 * whose largest value is positive, so that the map is the same every time.
 *
 * @param points {@code [n][2]}
 * @param firstShare of the variance on the first component
 * @param secondShare of it on the second
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier of numbers, never compared
record PrincipalComponents(double[][] points, double firstShare, double secondShare) {

  /**
   * @param rows {@code [n][D]}, n at least 3
   */
  static PrincipalComponents of(float[][] rows) {
    int size = rows[0].length;
    var centred = new double[rows.length][size];
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (float[] row : rows) {
        sum += row[i];
      }
      for (int j = 0; j < rows.length; j++) {
        centred[j][i] = rows[j][i] - sum / rows.length;
      }
    }
    var solved = new SingularValueDecomposition(new Array2DRowRealMatrix(centred, false));
    var values = solved.getSingularValues();
    double total = 0;
    for (double value : values) {
      total += value * value;
    }
    var points = new double[rows.length][2];
    var shares = new double[2];
    for (int axis = 0; axis < 2 && axis < values.length; axis++) {
      var column = solved.getU().getColumn(axis);
      double sign = Math.signum(largest(column));
      for (int j = 0; j < rows.length; j++) {
        points[j][axis] = sign * column[j] * values[axis];
      }
      shares[axis] = total > 0 ? values[axis] * values[axis] / total : 0;
    }
    return new PrincipalComponents(points, shares[0], shares[1]);
  }

  private static double largest(double[] values) {
    double largest = 0;
    for (double value : values) {
      largest = Math.abs(value) > Math.abs(largest) ? value : largest;
    }
    return largest;
  }
}
