package org.maejava.record;

import org.maejava.proto.RunRecord;

/** What is known of the licence of weights that others trained. */
public final class OthersLicence {

  private OthersLicence() {}

  /** The notice that came with imported weights, or with those that a run began with; or empty. */
  public static String noticeIn(RunRecord record) {
    var imported = record.getImported().getLicence();
    return imported.isEmpty() ? record.getInitialWeightsLicence() : imported;
  }
}
