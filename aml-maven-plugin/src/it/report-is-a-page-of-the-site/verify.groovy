def page = new File(basedir, 'target/site/aml-model.html').text
def facts = page.replaceAll(/<[^>]*>/, ' ').replaceAll(/\s+/, ' ')

assert facts.contains('factor 1')
assert facts.contains('custom_model')
assert facts.contains('Content sha256:')
assert facts.contains('Build 42')
assert facts.contains('environments/training/versions/3')
assert facts.contains('input rate 0.5')
// The site's own menu leads to it.
assert new File(basedir, 'target/site/project-reports.html').text.contains('aml-model.html')

def empty = new File(basedir, 'target/empty-site/aml-model.html')
assert empty.exists() && empty.text.contains('No model registered yet')
