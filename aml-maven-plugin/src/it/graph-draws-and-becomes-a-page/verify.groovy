import groovy.json.JsonSlurper
import groovy.xml.XmlSlurper

def log = new File(basedir, 'build.log').text
def xml = { String file -> new XmlSlurper(false, false, true).parse(new File(basedir, file)) }
def texts = { svg -> svg.'**'.findAll { it.name() == 'text' }*.text() }

// Drawn without any cloud: steps, data, compute, parameters.
def plain = texts(xml('target/aml/pipeline.svg'))
assert plain.containsAll(['Prepare & refuse', 'prepare', 'Refuse it', 'after', 'command on cpu-cluster', 'word = hello', 'word \u2190 word', 'text', 'never'])
assert !plain.any { it.startsWith('Completed') }
assert new File(basedir, 'target/aml/graph.json').exists()

// The bad file names the place and the step that was meant.
assert log =~ /pipeline\.yml:27:\d+ .*prepaer/
assert log.contains("Did you mean 'prepare'?")

// The failed run has left how its steps ended.
def steps = new JsonSlurper().parse(new File(basedir, 'target/aml/steps.json'))
assert steps.job == 'drawn-1'
assert steps.status == 'Failed'
assert steps.steps.collectEntries { [it.path, it.status] }.with { it.prepare == 'Completed' && it['Refuse it'] == 'Failed' }

['target/left.svg', 'target/asked.svg'].each { file ->
    def coloured = texts(xml(file))
    assert coloured.any { it.startsWith('Completed') }
    assert coloured.any { it.startsWith('Failed') }
    def svg = xml(file)
    assert svg.@role == 'img'
    assert svg.title.text() == 'Prepare & refuse'
    assert svg.desc.text().contains('Step Refuse it, command on cpu-cluster, Failed')
}

// The page of the site: the picture, and the same in a table.
def page = new File(basedir, 'target/site/aml-pipelines.html').text
assert page.contains('images/aml/pipeline.svg')
assert page.contains('The pipeline Prepare &amp; refuse; its steps are listed below')
assert page =~ /(?s)<td[^>]*>Refuse it<\/td>.*<td[^>]*>text from prepare<\/td>/
assert page.contains('Failed')
assert texts(xml('target/site/images/aml/pipeline.svg')).any { it.startsWith('Failed') }
