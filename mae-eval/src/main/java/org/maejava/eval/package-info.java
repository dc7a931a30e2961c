/** What a trained encoder is worth: protocols, their comparison, pictures and the report. */
package org.maejava.eval;
