import groovy.json.JsonSlurper
import java.util.concurrent.TimeUnit

def json = { String file -> new JsonSlurper().parse(new File(basedir, file)) }
def emulator = json('target/emulator/emulator.json')

def build = evaluate(new File(basedir, '../setup/build.groovy'))
def text = { String log -> new File(basedir, log).text }
def finished = { Process process ->
    assert process.waitFor(3, TimeUnit.MINUTES)
    process.exitValue()
}
/** Waits until the canary bakes its second step, so that a quarter of the requests goes to the candidate. */
def baking = { String log, Process process ->
    def limit = System.nanoTime() + TimeUnit.MINUTES.toNanos(3)
    while (!text(log).contains('Step 2 of 3 (25 %): traffic of factor is blue=75,green=25')) {
        assert process.alive : text(log)
        assert System.nanoTime() < limit : text(log)
        process.waitFor(50, TimeUnit.MILLISECONDS)
    }
}
def slow = ['aml:canary', '-Dbake=30m', '-Daml.canary.file=src/main/aml/slow.yml']
new File(basedir, 'src/main/aml/slow.yml').text = text('src/main/aml/canary.yml').replace('- mirror: 10', '- mirror: 10\n  bake: 1s')
def rolledBack = { String log, List<String> more ->
    assert finished(build(log, ['aml:rollback'] + more)) == 0
    json('target/aml/rollback.json').outputs
}

try {
    def log = text('build.log')

    // A good version goes live, all judges with their figures; the rollback takes it back.
    assert log.contains('Step 1 of 3 (mirror 10 %): traffic of factor is blue=100 mirror green=10')
    assert log =~ /pass: error rate of green is 0, of blue 0 \(limit 0.05, \d+ requests each\)/
    assert log =~ /pass: p90 latency of green is \d+ ms, of blue \d+ ms \(limit 20000 ms, \d+ good answers( each)?\)/
    assert log =~ /pass: prediction drift \(disagreement\) of green from blue is 0 \(limit 0.1, \d+ pairs of answers\)/
    assert log =~ /pass: RequestsPerMinute of green is \d+ \(minimum 10\)/
    assert log.contains('Canary passed: traffic of factor went from blue=100 to green=100')
    assert log.contains('from green=100 to blue=100')

    // A bad one does not: the build fails, the traffic is as before, the figures are in the file.
    assert log =~ /AML-7301.*Canary of bad at factor, step mirror 10 %: error rate of bad is 1, of blue 0/
    def failed = json('target/aml/canary.json')
    assert failed.status == 'failed'
    assert failed.report.verdict == 'fail'
    assert failed.report.traffic == 'blue=100'
    assert failed.report.steps.size() == 1
    assert failed.report.steps[0].judges.find { it.judge == 'error_rate' }.value == 1
    def errors = failed.report.steps[0].judges.find { it.judge == 'error_rate' }
    // The front end answers 424 for a model's 500.
    assert errors.failures == ['424': errors.samples]
    assert log.contains("bad answered ${errors.samples} x 424. Traffic is blue=100, as before")

    // Ctrl-C: the build itself puts the traffic back.
    def stopped = build('stopped.log', slow)
    baking('stopped.log', stopped)
    stopped.destroy()
    assert finished(stopped) != 0
    assert text('stopped.log').contains('Traffic of factor is blue=100 again')
    def record = json('target/aml/canary.json')
    assert record.status == 'failed'
    assert record.error.code == 'AML-3011'
    assert record.startedAt > failed.startedAt
    assert record.attempted.endpoint == 'factor'
    // With what had been judged by then: the first step, and the second one as far as it had come.
    assert record.report.traffic == 'blue=100'
    assert record.report.verdict == 'inconclusive'
    assert record.report.steps*.verdict == ['pass', 'inconclusive']
    assert record.report.steps[1].traffic == 'blue=75,green=25'
    assert record.report.steps[1].judges.find { it.judge == 'error_rate' }.value == 0

    // kill -9: nobody can; the next run does, and begins anew.
    def killed = build('killed.log', slow)
    baking('killed.log', killed)
    killed.descendants().forEach { it.destroyForcibly() }
    killed.destroyForcibly()
    finished(killed)
    assert !text('killed.log').contains('again')
    assert json('target/aml/canary.json').status == 'running'
    assert finished(build('again.log', ['aml:canary'])) == 0
    assert text('again.log').contains('A build that is gone has left the release of green at factor half done (traffic '
            + 'blue=75,green=25); the traffic is blue=100 again')
    assert text('again.log').contains('Canary passed: traffic of factor went from blue=100 to green=100')
    assert json('target/aml/canary.json').outputs.recovered == 'blue=75,green=25'

    // And so does aml:rollback, from a folder that knows nothing but the endpoint's name.
    assert rolledBack('back.log', ['-Dto=blue']).traffic == 'blue=100'
    killed = build('killed2.log', slow)
    baking('killed2.log', killed)
    killed.descendants().forEach { it.destroyForcibly() }
    killed.destroyForcibly()
    finished(killed)
    def back = rolledBack('back2.log', [])
    assert back.before == 'blue=75,green=25'
    assert back.traffic == 'blue=100'
} finally {
    assert finished(build('stop.log', ['aml:emulator-stop'])) == 0
}
