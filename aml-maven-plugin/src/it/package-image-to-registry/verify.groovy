import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def result = new JsonSlurper().parse(new File(basedir, 'target/aml/package.json'))

assert result.outputs.image ==~ /localhost:\d+\/models\/factor:1/
assert result.outputs.digest ==~ /sha256:[0-9a-f]{64}/
// The second run finds the image in the registry and sends nothing.
assert log.count('Scoring image ' + result.outputs.image + ' built (' + result.outputs.digest + ')') == 1
assert log.count('Scoring image ' + result.outputs.image + ' is up to date (' + result.outputs.digest + ')') == 1
assert !log.contains('TLS verification')
assert !(log =~ /(?i)refresh_token|Bearer [A-Za-z0-9]/).find()
