import groovy.json.JsonSlurper
import java.util.concurrent.TimeUnit

assert new File(basedir, 'build.log').text.contains('Would run the emulator in ')

def maven = new File(basedir, '../../maven').listFiles().find { it.name ==~ /apache-maven-(3\.9|3\.10|4).*/ }
def log = new File(basedir, 'run.log')
// What was fetched from another repository id counts as there, since nothing is fetched now.
def process = new ProcessBuilder(
        new File(maven, 'bin/mvn').path, '-B', '-o', '-Dmaven.legacyLocalRepo=true',
        '-Daether.enhancedLocalRepository.trackingFilename=none', "-Dmaven.repo.local=$localRepositoryPath", 'aml:emulator-run')
        .directory(basedir).redirectErrorStream(true).redirectOutput(log).start()
try {
    def description = new File(basedir, 'target/emulator/emulator.json')
    def limit = System.nanoTime() + TimeUnit.SECONDS.toNanos(90)
    while (!(log.exists() && log.text.contains('Press Ctrl-C to end'))) {
        assert process.isAlive() : log.text
        assert System.nanoTime() < limit : log.text
        process.waitFor(100, TimeUnit.MILLISECONDS)
    }
    def emulator = new JsonSlurper().parse(description)
    assert new JsonSlurper().parse(new URL(emulator.http + '/_emulator/health')).status == 'ok'
    assert process.isAlive()

    // Ctrl-C is a polite end: the description goes with the emulator.
    process.destroy()
    assert process.waitFor(30, TimeUnit.SECONDS)
    assert !description.exists()
} finally {
    process.destroyForcibly()
}
