package org.maejava.eval.machine;

import org.tensorflow.internal.c_api.TF_DeviceList;
import org.tensorflow.internal.c_api.TF_Graph;
import org.tensorflow.internal.c_api.TF_Session;
import org.tensorflow.internal.c_api.TF_SessionOptions;
import org.tensorflow.internal.c_api.TF_Status;
import org.tensorflow.internal.c_api.global.tensorflow;

/** Which devices TensorFlow sees; Java's public interface does not tell. */
final class Devices {

  static final String PROCESSOR = "CPU";

  private Devices() {}

  /** {@code CPU}, or the accelerators by name and number. */
  static String describe() {
    try (var graph = TF_Graph.newGraph();
        var options = TF_SessionOptions.newSessionOptions();
        var status = TF_Status.newStatus();
        var session = TF_Session.newSession(graph, options, status)) {
      TF_DeviceList devices = tensorflow.TF_SessionListDevices(session, status);
      int accelerators = 0;
      String type = PROCESSOR;
      for (int i = 0; i < tensorflow.TF_DeviceListCount(devices); i++) {
        var candidate = tensorflow.TF_DeviceListType(devices, i, status).getString();
        if (!candidate.equals(PROCESSOR) && !candidate.startsWith("XLA")) {
          type = candidate;
          accelerators++;
        }
      }
      tensorflow.TF_DeleteDeviceList(devices);
      return accelerators == 0 ? PROCESSOR : accelerators + " " + type;
    }
  }
}
