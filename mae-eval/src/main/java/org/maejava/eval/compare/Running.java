package org.maejava.eval.compare;

import java.time.InstantSource;
import java.util.function.BooleanSupplier;
import org.maejava.eval.machine.Machine;

/**
 * Where and for whom candidates are run.
 *
 * @param clock of the records' times
 * @param commandLine as typed, for records; empty if a program asks
 * @param watching told of what is computed
 * @param stop asked after every step or batch
 */
public record Running(
    Machine machine,
    InstantSource clock,
    String commandLine,
    Watching watching,
    BooleanSupplier stop) {}
