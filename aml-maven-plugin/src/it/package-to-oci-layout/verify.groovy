import groovy.json.JsonSlurper

def log = new File(basedir, 'build.log').text
def result = new JsonSlurper().parse(new File(basedir, 'target/aml/package.json'))
def digest = result.outputs.digest

// Two builds with caches of their own made the same image; the third found it there.
def digests = (log =~ /Scoring image \S+ (?:built|is up to date) \((sha256:[0-9a-f]{64})\)/).collect { it[1] }
assert digests.size() == 3
assert digests.toSet() == [digest].toSet()
assert log.count('is up to date (' + digest + ')') == 1
assert result.outputs.hostOnly
assert log.contains('this image runs on this machine only')

def layout = new File(basedir, 'target/aml/image')
assert new File(layout, 'oci-layout').exists()
assert new JsonSlurper().parse(new File(layout, 'index.json')).manifests[0].digest == digest
assert new File(layout, 'blobs/' + digest.replace(':', '/')).exists()
assert new File(basedir, 'target/aml/requirements.lock').text.contains('azureml-inference-server-http==')

def archive = new java.util.zip.ZipFile(new File(basedir, 'target/package-to-oci-layout-1.zip'))
assert archive.entries().collect { it.name } == ['META-INF/aml/model.properties', 'aml/model.yml', 'model/model/factor.json']
archive.close()
