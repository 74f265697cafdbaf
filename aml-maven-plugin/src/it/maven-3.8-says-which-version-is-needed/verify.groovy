import java.util.concurrent.TimeUnit

// Not an assumption: without this Maven the promise is unproven, so its absence is a failure.
def maven = new File(basedir, '../../maven/apache-maven-3.8.8/bin/mvn')
assert maven.isFile()

def log = new File(basedir, 'old-maven.log')
def process = new ProcessBuilder(
        maven.path, '-B', '-ntp', '-llr', "-Dmaven.repo.local=$localRepositoryPath", 'aml:whoami')
        .directory(basedir).redirectErrorStream(true).redirectOutput(log).start()
assert process.waitFor(120, TimeUnit.SECONDS)
assert process.exitValue() != 0

def errors = log.readLines()*.replaceAll('\\u001B\\[[0-9;]*m', '').findAll { it.startsWith('[ERROR]') }
assert errors[0].contains('aml-maven-plugin') && errors[0].contains('requires Maven version 3.9.6')
assert errors.count { it.contains('requires Maven version') } == 1
assert !log.text.contains('Exception:')
